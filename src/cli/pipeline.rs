//! The loop that all commands over documents share: inputs → units of work → what each thread makes of them → output in input
//! order. What is made of a document is the command's.

use std::sync::PoisonError;

use dechaff::batch;

use super::collector::Collector;
use super::inputs::Inputs;
use super::session::Session;
use super::slot::Slot;
use super::work::{Output, Stop, Total, Work};
use super::work_units::WorkUnits;

/// Runs a command over all inputs and returns the totals.
pub(crate) fn run<W: Work>(
    session: &Session,
    inputs: Inputs,
    work: &W,
    output: &mut impl Output<W::Part>,
) -> Result<Total<W::Part>, Stop> {
    let folder_counts = inputs.folder_counts();
    let mut units = WorkUnits::new(session, inputs);
    let mut collector = Collector::new(session, output, work.uses_stdout());
    let result = batch::in_order(
        session.pool(),
        Slot::default,
        |slot| Ok(slot.fill(&mut units, work)),
        |slot| slot.work(session, work),
        // An error without a reason ends the run for the good reason that it is done.
        |slot| {
            collector.take(slot).map_err(Some)?;
            if collector.has_enough() { Err(None) } else { Ok(()) }
        },
    );
    collector.end_progress();
    match result {
        Err(Some(stop)) => Err(stop),
        _ => Ok(collector.finish(&folder_counts.lock().unwrap_or_else(PoisonError::into_inner), work.sums_up())),
    }
}
