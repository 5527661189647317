//! Groups of options: structs whose fields are flags for clap and keys for serde, and which are filled up
//! from the configuration.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// Options that are set in several places, of which the nearest wins.
pub(crate) trait Fill {
    /// Fills what is not set here with the values of a farther place.
    fn fill(&mut self, from: &Self);
}

impl<T: Clone> Fill for Option<T> {
    fn fill(&mut self, from: &Self) {
        if self.is_none() {
            self.clone_from(from);
        }
    }
}

impl<T: Clone> Fill for Vec<T> {
    fn fill(&mut self, from: &Self) {
        if self.is_empty() {
            self.clone_from(from);
        }
    }
}

impl Fill for bool {
    fn fill(&mut self, from: &Self) {
        *self |= from;
    }
}

impl Fill for u8 {
    fn fill(&mut self, from: &Self) {
        *self = (*self).max(*from);
    }
}

/// Declares a group of options and implements [`Fill`] field by field.
macro_rules! options {
    ($(#[$on:meta])* pub(crate) struct $group:ident { $($(#[$about:meta])* pub(crate) $field:ident: $kind:ty,)* }) => {
        $(#[$on])*
        pub(crate) struct $group {
            $($(#[$about])* pub(crate) $field: $kind,)*
        }

        impl $crate::cli::options::group::Fill for $group {
            fn fill(&mut self, from: &Self) {
                $($crate::cli::options::group::Fill::fill(&mut self.$field, &from.$field);)*
            }
        }
    };
}
pub(crate) use options;

/// The configuration keys of a group, in order.
pub(crate) fn keys<'de, G: Deserialize<'de>>() -> &'static [&'static str] {
    let mut keys: &[&str] = &[];
    // Always fails, after the listener has received the keys.
    let _ = G::deserialize(Listener(&mut keys));
    keys
}

/// A deserializer without data that records the field names of a struct.
struct Listener<'k>(&'k mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("nothing to read"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
