//! The figures as one JSON object, for programs; its keys are stable and explained in docs/stats.md.

use std::io::{self, Write};

use super::{Figures, HeldBack, Hits, Loser, Source, Volume, share};
use crate::report::json::Object;

/// What this form is called where its keys change their meaning.
const VERSION: u64 = 1;

impl Figures {
    /// Writes all rules and sources, and at most `top` outliers of each kind.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write, top: usize) -> io::Result<()> {
        let mut object = Object::begin(out)?;
        object.count("version", VERSION)?;
        object.object("documents", |o| {
            o.count("read", self.documents)?;
            o.count("changed", self.changed)?;
            o.count("held", self.held)?;
            o.count("failed", self.failed)?;
            o.count("skipped", self.skipped)
        })?;
        object.object("read", |o| volume(o, self.read))?;
        object.object("removed", |o| volume(o, self.removed))?;
        object.object("share", |o| {
            o.share("lines", share(self.removed.lines, self.read.lines))?;
            o.share("words", share(self.removed.words, self.read.words))?;
            o.share("bytes", share(self.removed.bytes, self.read.bytes))
        })?;
        object.object("blank", |o| {
            o.count("lines", self.blank.lines)?;
            o.count("bytes", self.blank.bytes)
        })?;
        object.list("families", Self::ranked(&self.families), |out, (family, group)| {
            inside(out, |o| o.text("family", family.as_str()).and_then(|()| hits(o, group)))
        })?;
        object.list("certainties", self.certainties.iter().rev(), |out, (certainty, group)| {
            inside(out, |o| o.text("certainty", certainty.as_str()).and_then(|()| hits(o, group)))
        })?;
        object.list("rules", Self::ranked(&self.rules), |out, (rule, group)| {
            inside(out, |o| o.text("rule", rule.as_str()).and_then(|()| hits(o, group)))
        })?;
        object.list("sources", self.ranked_sources(), |out, (name, figures)| {
            inside(out, |o| o.text("source", name).and_then(|()| source(o, figures)))
        })?;
        object.object("other_sources", |o| source(o, &self.others))?;
        object.list("percents", &self.percents, |out, count| write!(out, "{count}"))?;
        object.object("outliers", |o| self.outliers_json(o, top))?;
        object.list("held", self.held_back.iter().take(top), |out, held| inside(out, |o| held_back(o, held)))?;
        object.end()?;
        writeln!(out)
    }

    fn outliers_json(&self, object: &mut Object<'_>, top: usize) -> io::Result<()> {
        object.list("documents", self.losers.iter().take(top), |out, one| inside(out, |o| loser(o, one)))?;
        object.list("rules", self.templates().into_iter().take(top), |out, template| {
            inside(out, |o| {
                o.text("source", template.source)?;
                o.text("rule", template.rule.as_str())?;
                o.count("documents", template.documents)?;
                o.count("of", template.of)
            })
        })?;
        let strange = self.strange_sources();
        object.share("median", strange.median)?;
        object.list("sources", strange.sources.into_iter().take(top), |out, (name, source)| {
            inside(out, |o| {
                o.text("source", name)?;
                o.count("documents", source.documents)?;
                o.share("share", source.share())
            })
        })
    }
}

fn inside(out: &mut dyn Write, fill: impl FnOnce(&mut Object<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut object = Object::begin(out)?;
    fill(&mut object)?;
    object.end()
}

fn volume(object: &mut Object<'_>, volume: Volume) -> io::Result<()> {
    object.count("lines", volume.lines)?;
    object.count("words", volume.words)?;
    object.count("bytes", volume.bytes)
}

fn hits(object: &mut Object<'_>, hits: &Hits) -> io::Result<()> {
    object.count("removals", hits.removals)?;
    object.count("documents", hits.documents)?;
    volume(object, hits.volume)?;
    let [certain, likely, suspect] = hits.certainties;
    object.count("certain", certain)?;
    object.count("likely", likely)?;
    object.count("suspect", suspect)?;
    object.count("suspects_shown", hits.suspects)?;
    object.count("held", hits.held)
}

fn source(object: &mut Object<'_>, source: &Source) -> io::Result<()> {
    object.count("documents", source.documents)?;
    object.count("changed", source.changed)?;
    object.count("held", source.held)?;
    object.object("read", |o| volume(o, source.read))?;
    object.object("removed", |o| volume(o, source.removed))?;
    object.share("share", source.share())?;
    let Some((rule, documents)) = source.main_rule() else { return Ok(()) };
    object.object("most_often", |o| {
        o.text("rule", rule.as_str())?;
        o.count("documents", documents)
    })
}

fn loser(object: &mut Object<'_>, loser: &Loser) -> io::Result<()> {
    object.text("document", &loser.document)?;
    object.text("source", &loser.source)?;
    object.count("read", loser.read)?;
    object.count("removed", loser.removed)?;
    object.share("share", loser.share())
}

fn held_back(object: &mut Object<'_>, held: &HeldBack) -> io::Result<()> {
    object.text("document", &held.document)?;
    object.text("source", &held.source)?;
    object.text("why", &held.why)
}
