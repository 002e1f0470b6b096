//! Writes what a projection says of an object, by GraphQL's rules (specification, section 6.4).

use rialto::{
    graph::{BuiltIn, TypeId},
    plan::{Leaf, OutputType, Projected, ProjectedValue},
};

use super::{
    Linked, Naive, Object,
    answer::{Answer, Failure, Path, SEEDED},
};
use crate::value::Value;

/// What is written, and what is missing on the way.
pub struct Response<'n, 'p> {
    naive: &'n Naive<'p>,
    path: Path,
    /// With how many steps of each lead to the null that it causes, once that is known.
    errors: Vec<(Path, Option<usize>)>,
    /// Whether something is known to be wrong, and not only missing.
    pub reported: bool,
}

/// Why an object is not written.
pub enum Nulled {
    /// A null inside is its own.
    Inside,
    /// Those who should know it do not.
    Unknown,
}

/// A value in an answer, and where it stands there.
type At<'v> = (Option<&'v Value>, &'v Object);

impl<'n, 'p> Response<'n, 'p> {
    /// Nothing yet.
    pub fn new(naive: &'n Naive<'p>) -> Self {
        Self { naive, path: Vec::new(), errors: Vec::new(), reported: false }
    }

    /// The client's response.
    pub fn of(naive: &'n Naive<'p>) -> Answer {
        let mut this = Self::new(naive);
        let data = this.object(naive.plan.root, &Object::root()).unwrap_or(Value::Null);
        let close = |(path, nulls): (Path, Option<usize>)| Failure { path, code: SEEDED, nulls: nulls.unwrap_or(0) };
        let errors = this.errors.into_iter().map(close);
        Answer { data, errors: errors.collect() }
    }

    fn object(&mut self, projection: usize, base: &Object) -> Result<Value, Nulled> {
        self.fields(projection, base).map(Value::Object)
    }

    /// The fields of an object, all of them, even if the first is the object's null.
    pub fn fields(&mut self, projection: usize, base: &Object) -> Result<Vec<(String, Value)>, Nulled> {
        let known = &self.naive.plan.projections[projection];
        let told = known.typed_by.map(|overlay| (self.naive.type_of(overlay, base), self.naive.find(overlay, base)));
        let ty = match (known.ty, told) {
            (Some(ty), _) | (None, Some((Some(ty), _))) => ty,
            (None, Some((None, Linked::Missing))) => return Err(Nulled::Unknown),
            (None, _) => return Err(self.report()),
        };
        if self.naive.graph.is_abstract(ty) && known.by_type.iter().all(|(known, _)| *known != ty) {
            return Err(self.report());
        }
        let fields = known.by_type.iter().find(|(known, _)| *known == ty).map_or(&[][..], |(_, fields)| &fields[..]);
        let mut written = Vec::new();
        for field in fields {
            self.path.push(Value::String(field.key.to_string()));
            let value = self.field(field, ty, base);
            self.path.pop();
            written.push(value.map(|value| (field.key.to_string(), value)));
        }
        written.into_iter().collect()
    }

    fn field(&mut self, field: &Projected, ty: TypeId, base: &Object) -> Result<Value, Nulled> {
        let (overlay, slot, ty, child) = match &field.what {
            ProjectedValue::Typename => return Ok(Value::String(self.naive.graph.info(ty).name.to_string())),
            ProjectedValue::Introspection => return Ok(Value::Null),
            ProjectedValue::Denied { ty, .. } => {
                let (before, why) = (self.errors.len(), self.fault());
                return self.close(Err(Some(why)), ty, 0, before);
            }
            ProjectedValue::Value { overlay, slot, ty, child } => (*overlay, *slot, ty, *child),
        };
        let before = self.errors.len();
        match self.naive.find(overlay, base) {
            Linked::To(object) => {
                let (at, value) = self.naive.slot(overlay, &object, slot);
                self.complete((value.as_ref(), &at), ty, 0, child)
            }
            Linked::Missing => self.close(Err(None), ty, 0, before),
            Linked::Failed => {
                let why = self.report();
                self.close(Err(Some(why)), ty, 0, before)
            }
        }
    }

    /// A value, or an item that `depth` lists are around.
    fn complete(&mut self, at: At<'_>, ty: &OutputType, depth: u32, child: Option<usize>) -> Result<Value, Nulled> {
        let before = self.errors.len();
        let written = match (at.0, child) {
            (None | Some(Value::Null), _) => Err(self.explained(at.1)),
            (Some(Value::List(items)), _) if depth < ty.lists => self.list(items, at.1, ty, depth, child).map_err(Some),
            (Some(Value::Object(_)), Some(child)) if depth == ty.lists => match self.object(child, at.1) {
                Err(Nulled::Unknown) => Err(None),
                written => written.map_err(Some),
            },
            (Some(value), None) if depth == ty.lists && leaf(value, &ty.leaf).is_some() => {
                Ok(leaf(value, &ty.leaf).expect("looked at"))
            }
            _ => Err(Some(self.explained(at.1).unwrap_or_else(|| self.report()))),
        };
        self.close(written, ty, depth, before)
    }

    /// Writes null for what is not there, where that is allowed. Where it is not, and nobody told why, that is a fault.
    fn close(
        &mut self,
        written: Result<Value, Option<Nulled>>,
        ty: &OutputType,
        depth: u32,
        before: usize,
    ) -> Result<Value, Nulled> {
        match written {
            Ok(value) => Ok(value),
            Err(why) if ty.non_null >> depth & 1 == 1 => Err(why.unwrap_or_else(|| self.fault())),
            Err(_) => {
                for (_, nulls) in &mut self.errors[before..] {
                    nulls.get_or_insert(self.path.len());
                }
                Ok(Value::Null)
            }
        }
    }

    fn list(
        &mut self,
        items: &[Value],
        at: &Object,
        ty: &OutputType,
        depth: u32,
        child: Option<usize>,
    ) -> Result<Value, Nulled> {
        let mut written = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mut at = at.clone();
            at.path.push(Value::index(index));
            self.path.push(Value::index(index));
            written.push(self.complete((Some(item), &at), ty, depth + 1, child));
            self.path.pop();
        }
        written.into_iter().collect::<Result<_, _>>().map(Value::List)
    }

    /// Notes what a subgraph reported of a place, if it did.
    fn explained(&mut self, at: &Object) -> Option<Nulled> {
        let told = self.naive.answers[at.fetch].as_ref()?;
        if !told.explains(&at.path) {
            return None;
        }
        if told.is_null() {
            // Any of the fields may be why, and the error is told where it happened.
            self.reported = true;
            self.errors.push((Vec::new(), Some(0)));
            return Some(Nulled::Inside);
        }
        Some(self.report())
    }

    fn report(&mut self) -> Nulled {
        self.reported = true;
        self.fault()
    }

    fn fault(&mut self) -> Nulled {
        self.errors.push((self.path.clone(), None));
        Nulled::Inside
    }
}

/// A leaf as its type is written, if it is a value of that type (section 3.5, "Result Coercion").
fn leaf(value: &Value, ty: &Leaf) -> Option<Value> {
    let fits = match (ty, value) {
        (Leaf::Custom, _)
        | (Leaf::BuiltIn(BuiltIn::String | BuiltIn::Id), Value::String(_))
        | (Leaf::BuiltIn(BuiltIn::Boolean), Value::Bool(_))
        | (Leaf::BuiltIn(BuiltIn::Float), Value::Number(_)) => true,
        (Leaf::BuiltIn(BuiltIn::Id), Value::Number(number)) => {
            return (number.fract() == 0.0).then(|| Value::String(value.to_string()));
        }
        (Leaf::BuiltIn(BuiltIn::Int), Value::Number(number)) => {
            number.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(number)
        }
        (Leaf::Enum(values), Value::String(name)) => values.iter().any(|value| value.as_str() == name),
        _ => false,
    };
    fits.then(|| value.clone())
}
