//! The figures as one HTML file, without scripts and without anything to load; light or dark as the reader's
//! system is.

use std::borrow::Cow;
use std::io::{self, Write};

use super::tables::{Table, percents};
use super::{Figures, share};
use crate::report::screen::{safe_name, thousands};

/// The Content-Security-Policy of the page: it forbids browsers to load or run anything, even if a name
/// smuggles in markup.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("page.css");

impl Figures {
    /// Writes a page with all tables. Those of rules, sources and outliers have at most `top` rows.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write_html(&self, out: &mut dyn Write, top: usize) -> io::Result<()> {
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"dechaff\">\n\
             <title>What was removed</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>What was removed</h1>\n<dl class=\"tiles\">\n"
        )?;
        let documents = self.documents + self.failed + self.skipped;
        let removed = share(self.removed.bytes, self.read.bytes);
        for (name, value, is_bad) in [
            (if documents == 1 { "document" } else { "documents" }, thousands(documents), false),
            ("changed", thousands(self.changed), false),
            ("of the text removed", percents(removed), false),
            ("held", thousands(self.held), self.held > 0),
            ("failed", thousands(self.failed), self.failed > 0),
            ("skipped", thousands(self.skipped), false),
        ] {
            let class = if is_bad { " class=\"bad\"" } else { "" };
            writeln!(out, "<div{class}><dt>{name}</dt><dd>{value}</dd></div>")?;
        }
        writeln!(out, "</dl>")?;
        for table in self.tables(top) {
            table.write_html(out)?;
        }
        writeln!(out, "<p class=\"note\">Shares are shares of bytes.</p>\n</main>\n</body>\n</html>")
    }
}

impl Table {
    fn write_html(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<section>\n<h2>{}</h2>", self.title)?;
        if !self.note.is_empty() {
            writeln!(out, "<p class=\"note\">{}</p>", escaped(&self.note))?;
        }
        if !self.rows.is_empty() {
            let has_bars = self.rows.iter().any(|row| row.bar > 0.0);
            let class = if self.columns[0].title.is_empty() { "" } else { " class=\"names\"" };
            // A wide table scrolls by itself, so the keyboard must be able to reach it: `tabindex`.
            writeln!(
                out,
                "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table{class}>",
                self.title
            )?;
            write!(out, "<thead><tr>")?;
            for (i, column) in self.columns.iter().enumerate() {
                let class = if column.is_name { "" } else { " class=\"n\"" };
                write!(out, "<th scope=\"col\"{class}>{}</th>", column.title)?;
                if i == 0 && has_bars {
                    write!(out, "<td></td>")?;
                }
            }
            writeln!(out, "</tr></thead>\n<tbody>")?;
            for row in &self.rows {
                write!(out, "<tr>")?;
                for (i, column) in self.columns.iter().enumerate() {
                    let cell = escaped(row.cells.get(i).map_or("", String::as_str));
                    // `bdi` keeps a right-to-left name from changing the order of the cells around it.
                    match (i, column.is_name) {
                        (0, _) => write!(out, "<th scope=\"row\"><bdi>{cell}</bdi></th>")?,
                        (_, true) => write!(out, "<td><bdi>{cell}</bdi></td>")?,
                        (_, false) => write!(out, "<td class=\"n\">{cell}</td>")?,
                    }
                    if i == 0 && has_bars {
                        let bar = |share: f64| format!("<i style=\"width:{:.1}%\"></i>", share * 100.0);
                        let bar = Some(row.bar).filter(|share| *share > 0.0).map(bar).unwrap_or_default();
                        write!(out, "<td class=\"bar\">{bar}</td>")?;
                    }
                }
                writeln!(out, "</tr>")?;
            }
            writeln!(out, "</tbody>\n</table>\n</div>")?;
        }
        if self.more > 0 {
            writeln!(out, "<p class=\"note\">… and {} more.</p>", thousands(self.more as u64))?;
        }
        writeln!(out, "</section>")
    }
}

/// A name as HTML text, usable between tags and in quoted attributes. Control and bidirectional characters
/// are written out.
fn escaped(text: &str) -> String {
    let safe: Cow<'_, str> = safe_name(text);
    html_escape::encode_quoted_attribute(&safe).into_owned()
}
