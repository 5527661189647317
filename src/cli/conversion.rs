//! What `clean` makes of an input's format, packing and name. Texts stay in their format; web archives become JSON lines or
//! Parquet; with `--attributes`, every file becomes JSON lines of spans.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use dechaff::format::Format;

use super::input::Input;
use super::packing::Packing;

/// The format and packing of outputs, where they are not those of the input.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Conversion {
    pub(crate) format: Option<Format>,
    pub(crate) packing: Option<Packing>,
    /// True if spans are written, and not the texts.
    pub(crate) attributes: bool,
}

impl FromStr for Conversion {
    type Err = String;

    /// Reads `jsonl`, `gz`, `jsonl.gz`, `plain` and the like.
    fn from_str(name: &str) -> Result<Self, String> {
        let mut to = Self::default();
        for part in name.split('.') {
            let packing = if part == "plain" { Some(Packing::None) } else { Packing::of_extension(part) };
            match (packing, Format::of_extension(part)) {
                (Some(packing), _) if to.packing.is_none() => to.packing = Some(packing),
                (None, Some(format)) if to.format.is_none() && to.packing.is_none() => {
                    to.format = Some(format.written())
                }
                _ => return Err("gz, zst, bz2, xz or plain; jsonl or parquet; or both, as in jsonl.gz".to_owned()),
            }
        }
        Ok(to)
    }
}

impl Conversion {
    /// The format in which an input is written.
    ///
    /// # Errors
    /// If it cannot be converted.
    pub(crate) fn format(&self, input: &Input) -> Result<Format, String> {
        let own = if self.attributes { Format::Jsonl } else { input.format.written() };
        let is_archive = input.format == Format::Warc && !self.attributes;
        match self.format {
            Some(Format::Parquet) if is_archive => Ok(Format::Parquet),
            Some(format) if format != own => {
                let (from, to) = (input.format.as_str(), format.as_str());
                Err(format!("is {from}, of which dechaff makes no {to}; only web archives change their format"))
            }
            _ => Ok(own),
        }
    }

    /// The packing of the output of an input.
    pub(crate) fn packing(&self, input: &Input) -> Packing {
        self.packing.unwrap_or(input.packing)
    }

    /// The path of the output of an input, from the input's: with the endings of the output's format and packing.
    pub(crate) fn place(&self, input: &Input, place: &Path) -> PathBuf {
        let packing = self.packing(input);
        let keeps_format = if self.attributes { input.format == Format::Jsonl } else { input.format != Format::Warc };
        if keeps_format && packing == input.packing {
            return place.to_owned();
        }
        let mut name = OsString::from(Packing::of_name(place).1.file_name().unwrap_or_default());
        if !keeps_format {
            while let (false, Some("wet" | "warc")) =
                (self.attributes, Path::new(&name).extension().and_then(|e| e.to_str()))
            {
                name = Path::new(&name).file_stem().unwrap_or_default().to_owned();
            }
            name.push(if self.format == Some(Format::Parquet) { ".parquet" } else { ".jsonl" });
        }
        if let Some(ending) = packing.extension().filter(|_| self.format != Some(Format::Parquet)) {
            name.push(".");
            name.push(ending);
        }
        place.with_file_name(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::Origin;

    fn place(to: &str, attributes: bool, name: &str, format: Format) -> String {
        let packing = Packing::of_name(Path::new(name)).0;
        let path = PathBuf::from(name);
        let input = Input { packing, ..Input::new(name.to_owned(), Origin::Path(path.clone()), path, format) };
        let to = if to.is_empty() { Conversion::default() } else { to.parse().expect("a format") };
        Conversion { attributes, ..to }.place(&input, &input.place).display().to_string()
    }

    #[test]
    fn a_name_says_what_the_output_is() {
        assert_eq!(place("", false, "d/a.txt.gz", Format::Text), "d/a.txt.gz");
        assert_eq!(place("zst", false, "d/a.txt.gz", Format::Text), "d/a.txt.zst");
        assert_eq!(place("plain", false, "d/a.csv.gz", Format::Csv), "d/a.csv");
        assert_eq!(place("", false, "a.warc.wet.gz", Format::Warc), "a.jsonl.gz");
        assert_eq!(place("jsonl.zst", false, "a.wet.gz", Format::Warc), "a.jsonl.zst");
        assert_eq!(place("parquet", false, "a.warc.wet.gz", Format::Warc), "a.parquet");
        assert_eq!(place("", true, "d/a.jsonl.gz", Format::Jsonl), "d/a.jsonl.gz");
        assert_eq!(place("", true, "d/a.txt.gz", Format::Text), "d/a.txt.jsonl.gz");
        for wrong in ["", "exe", "gz.jsonl", "gz.zst"] {
            wrong.parse::<Conversion>().expect_err(wrong);
        }
    }
}
