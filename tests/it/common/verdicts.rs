//! All verdicts on a document as one short hash, to compare two versions of the program: any change of the
//! cleaned text, a removal, a suspect or an explanation changes the hash. `tests/it/verdicts.rs` chooses the
//! documents.

use std::fmt::{self, Write as _};

use dechaff::{Answer, Cleaner, Decisions, Document, Family, Profile, Removal};
use sha2::{Digest as _, Sha256};

/// A user's rules: some remove, others protect.
const RULES: &str = r#"
[[rule]]
id = "site/harbour-line"
certainty = "certain"
match = "contains"
phrases = ["harbour", "hafen", "puerto"]
reason = "any line about a harbour"
removes = ["The old harbour."]
keeps = ["The old bridge."]

[[rule]]
id = "site/numbers"
certainty = "certain"
match = "prefix"
fragment = "end"
phrases = ["photo", "foto", "image"]
reason = "captions"
removes = ["Photo: a bridge"]
keeps = ["A photo of a bridge"]

[[keep]]
id = "site/keep-share"
match = "prefix"
phrases = ["share", "teilen", "compartir", "follow us"]
reason = "share lines stay"
keeps = ["Share this"]
"#;

/// The configurations under which documents are hashed, each with the name of its digest file.
pub fn configurations() -> [(&'static str, Cleaner); 4] {
    let all = || Family::ALL.iter().map(|family| family.as_str());
    let aggressive = Cleaner::builder().profile(Profile::Aggressive).select(all()).max_removed(1.0);
    let mut decisions = Decisions::default();
    decisions.decide("page/below", None, Answer::Accept);
    decisions.decide("page/above", None, Answer::Reject);
    decisions.decide("share/label", None, Answer::Reject);
    let users = Cleaner::builder().profile(Profile::Safe).rules("mine.toml", RULES).decisions(decisions);
    [
        ("balanced", Cleaner::builder()),
        ("aggressive", aggressive),
        ("without-page", Cleaner::builder().ignore(["page"])),
        ("users", users.extend_select(["byline", "credit"])),
    ]
    .map(|(name, builder)| (name, builder.build().expect("valid rules")))
}

/// The first twelve hexadecimal digits of the SHA-256 hash of all verdicts on a document.
pub fn digest(cleaner: &Cleaner, document: &Document<'_>) -> String {
    let mut said = String::new();
    write(cleaner, document, &mut said).expect("a string takes all");
    Sha256::digest(said).iter().take(6).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn write(cleaner: &Cleaner, document: &Document<'_>, out: &mut String) -> fmt::Result {
    let cleaned = cleaner.clean_document(document);
    writeln!(out, "{}\n{:?}", cleaned.text(), cleaned.held().map(|held| held.to_string()))?;
    for (kind, removals) in
        [("removal", cleaned.removals()), ("suspect", cleaned.suspects()), ("rejected", cleaned.rejected())]
    {
        removals.iter().try_for_each(|removal| write_removal(kind, removal, out))?;
    }
    for protected in cleaned.protected() {
        write_removal("protected", &protected.removal, out)?;
        writeln!(out, "{} {}", protected.by, protected.why)?;
    }
    let explanation = cleaner.explain(document);
    writeln!(out, "{}", explanation.shape.as_str())?;
    for line in explanation.lines {
        let score = line.score.map(|s| (s.score, s.goes_from, s.raised_by, s.lowered_by));
        writeln!(out, "{} {} {} {score:?} {} {}", line.line, line.shape, line.zone, line.why, line.held)?;
        let on_line = [line.removals.len(), line.suspects.len(), line.rejected.len(), line.protected.len()];
        writeln!(out, "{on_line:?}")?;
    }
    Ok(())
}

fn write_removal(kind: &str, removal: &Removal, out: &mut String) -> fmt::Result {
    let Removal { span, line, rule, family, certainty, reason, evidence, .. } = removal;
    writeln!(out, "{kind} {}-{} {line} {rule} {family} {certainty} {reason} {evidence}", span.start, span.end)
}
