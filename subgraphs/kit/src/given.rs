//! Values of scalars as clients give them, readable or not.
//!
//! async-graphql reads a scalar before a resolver runs: an amount that is none would end the whole mutation, with a
//! sentence that names types of the schema and no place in the input. [`Given`] keeps the value instead, under the same
//! name in the schema, so that whoever checks an input hears of it there: a `userError` with a path in a mutation, a
//! [`Failure`](crate::Failure) with a place in a query.

use std::{borrow::Cow, fmt::Display};

use async_graphql::{InputType, InputValueError, InputValueResult, Value, registry::Registry};

/// A scalar that can be read from whatever a client may send.
pub trait Readable: InputType + Copy {
    /// Why a value is none of it, in a sentence for people.
    type Error: Copy + Display + Send + Sync;

    /// Reads a value that is not null.
    ///
    /// # Errors
    ///
    /// For everything that is no such value, whatever its type is.
    fn read(value: &Value) -> Result<Self, Self::Error>;
}

/// A value that should be a `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<T: Readable>(Result<T, T::Error>);

impl<T: Readable> Given<T> {
    /// The value.
    ///
    /// # Errors
    ///
    /// Where it is none.
    pub fn read(self) -> Result<T, T::Error> {
        self.0
    }
}

impl<T: Readable> InputType for Given<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Null => Err(InputValueError::expected_type(Value::Null)),
            value => Ok(Self(T::read(&value))),
        }
    }

    fn to_value(&self) -> Value {
        self.0.as_ref().map(T::to_value).unwrap_or_default()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
