//! The loop that all commands over documents share: inputs, units of work, results of threads, output in
//! input order. What happens to a document is the command's [`Work`].

use std::sync::PoisonError;

use dechaff::batch;

use super::collector::Collector;
use super::inputs::Inputs;
use super::session::Session;
use super::slot::Slot;
use super::work::{Output, Stop, Total, Work};
use super::work_units::WorkUnits;

/// Runs a command over all inputs. Returns its counts and gathered part.
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
        // `Err(None)` stops the loop without a failure: the output has enough.
        |slot| {
            collector.take(slot).map_err(Some)?;
            if collector.has_enough() { Err(None) } else { Ok(()) }
        },
    );
    collector.end_progress();
    match result {
        Err(Some(why)) => Err(Stop { why, tally: Box::new(collector.into_counts()) }),
        _ => Ok(collector.finish(&folder_counts.lock().unwrap_or_else(PoisonError::into_inner), work.sums_up())),
    }
}
