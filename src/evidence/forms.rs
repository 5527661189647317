//! The labels of a rule in all forms that pages give them, as examples. What a form is to the matcher lies in `crate::matching`.

use crate::rules::check::MAX_BYTES_CONTAINS;
use crate::rules::{Form, Kind, Rule};
use crate::text::fold::{bare, fold};
use crate::text::script::Script;

/// Examples of a rule that has labels, with the label in each form that pages give it: of a rule for lines one of its phrases, of a block
/// the first line of its first example. Rules with a pattern or for marked lines say themselves which forms they take.
pub(super) fn in_all_forms(rule: &Rule) -> Vec<String> {
    let is_plain = |label: &&str| label.chars().all(|c| c.is_alphanumeric() || c == ' ');
    let (label, rest, longest) = match &rule.kind {
        Kind::Line(line) if line.form == Form::Line && line.pattern.is_none() && !line.marked && !rule.protects => {
            let label = line.phrases.iter().map(AsRef::as_ref).find(is_plain);
            // A rule that asks for a line of junk beside its own gets one.
            let rest = label.filter(|_| line.among).unwrap_or_default().to_owned();
            (label.map(str::to_owned), rest, line.max_bytes)
        }
        Kind::Block(block) => {
            let example = rule.evidence().removes.first().map_or("", |text| trimmed(text)).to_owned();
            let (label, rest) = example.split_once('\n').unwrap_or((&example, ""));
            let is_anchor = block.anchors.iter().any(|anchor| bare(anchor) == bare(&fold(label)));
            (
                Some(label).filter(|label| is_anchor && is_plain(label)).map(str::to_owned),
                rest.to_owned(),
                MAX_BYTES_CONTAINS,
            )
        }
        _ => (None, String::new(), 0),
    };
    let heads = label.as_ref().filter(|label| rule.heads_headlines() && label.contains(' '));
    let with_headline: Vec<String> = heads.map_or(Vec::new(), |label| {
        // In the script of the label: a rule of one language meets no line of another.
        let is_latin = label.chars().find(|c| c.is_alphabetic()).map(Script::of) == Some(Script::Latin);
        let headline = if is_latin {
            "Quembal Yortin Zavrel Chulbo".to_owned()
        } else {
            [label.replace(' ', ""), label.clone()].concat() + " " + label
        };
        vec![format!("{label}: {headline}"), format!("{label} - {headline}")]
    });
    let forms = label.map_or(Vec::new(), |label| forms(&label, rule.languages.iter().any(|language| language == "tr")));
    let with_rest = |form: String| if rest.is_empty() { form } else { format!("{form}\n{rest}") };
    forms.into_iter().filter(|form| form.len() <= longest).map(with_rest).chain(with_headline).collect()
}

/// A label as pages write it. Turkish has its own capital of `i`.
fn forms(label: &str, is_turkish: bool) -> Vec<String> {
    let capitals = if is_turkish { label.replace('i', "İ").to_uppercase() } else { label.to_uppercase() };
    let mut forms = vec![
        capitals,
        format!("{label}:"),
        format!("{label} -"),
        format!("→ {label} »"),
        format!("• {label}"),
        format!("[{label}]"),
        format!("★ {label}"),
        format!("{label} (3)"),
        format!("24 {label}"),
        format!("{label}: 1,204"),
        format!("{label} 80 %"),
        format!("{label} 12.05.2031"),
    ];
    if label.contains(' ') {
        forms.push(format!("{label} “Vorlan”"));
    }
    forms
}

/// An example without the line breaks that multi-line strings of rule files have at both ends.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(['\n', '\r'])
}
