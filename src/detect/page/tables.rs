//! Which lines are rows of a table.

/// True for each line that is a row: a line with pipes at both ends; or any line with a pipe in a run of such lines that has a delimiter
/// row, `--- | ---`.
pub(super) fn rows(lines: &[&str]) -> Vec<bool> {
    let mut rows: Vec<bool> =
        lines.iter().map(|line| line.len() > 1 && line.starts_with('|') && line.ends_with('|')).collect();
    let piped: Vec<usize> = (0..lines.len()).filter(|row| has_pipe(lines[*row])).collect();
    for run in piped.chunk_by(|above, below| above + 1 == *below) {
        if let Some(at) = run.iter().position(|row| is_delimiter(lines[*row])) {
            // The header stands right above the delimiter.
            run[at.saturating_sub(1)..].iter().for_each(|row| rows[*row] = true);
        }
    }
    rows
}

pub(super) fn has_pipe(raw: &str) -> bool {
    memchr::memchr(b'|', raw.as_bytes()).is_some()
}

/// True for what stands between the header of a Markdown table and its rows: `--- | :---`.
fn is_delimiter(raw: &str) -> bool {
    raw.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ')) && raw.contains('-') && has_pipe(raw)
}
