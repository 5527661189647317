//! The rules that the program is built with, as `build.rs` packed them. What a rule is lies in the crate `dechaff-rules`, whose names
//! are handed on here.

pub(crate) use dechaff_rules::*;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules"));

/// The built-in packs.
pub(crate) fn shipped(faults: &mut Vec<RuleFault>) -> RuleSet {
    pack::read(PACKED).unwrap_or_else(|_| {
        faults.push(RuleFault::new("builtin", "the shipped rules cannot be read", "build the program anew"));
        RuleSet::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_packs_all_rules_of_the_packs() {
        let packed = builtin::read(&mut Vec::new());
        assert!(packed.len() > 900 && pack::write(&packed).is_ok_and(|bytes| bytes == PACKED));
    }
}
