//! Directives that stand where they mean nothing, within one subgraph.

use std::collections::HashSet;

use apollo_compiler::schema::ExtendedType;

use crate::compose::{
    error::{CompositionError, ErrorCode},
    merge::override_from,
    read::{
        elements::{Kind, elements},
        subgraph::SubgraphSchema,
    },
};

pub(super) fn check(subgraph: &SubgraphSchema) -> Vec<CompositionError> {
    let mut errors = Vec::new();
    for element in elements(&subgraph.schema) {
        let mut error = |code, text: String| {
            errors.push(CompositionError::new(code, element.coordinate.as_str(), &[&subgraph.name], text));
        };
        let count = |name| subgraph.names.all(element.directives.iter().copied(), name).count();
        if let Kind::Type(ty) = element.kind {
            let abstract_here = ty.is_interface() || subgraph.is_interface_object(ty);
            for name in ["authenticated", "requiresScopes", "policy"] {
                if abstract_here && count(name) > 0 {
                    error(ErrorCode::AuthRequirementsAppliedOnInterface, on_objects(name));
                }
            }
            if has_twice_in_one_declaration(subgraph, ty, "shareable") {
                let text = "@shareable stands twice on one declaration of the type: once says it";
                error(ErrorCode::InvalidShareableUsage, text.to_owned());
            }
        }
        let Kind::Field(ty, field) = element.kind else { continue };
        if count("shareable") > 1 {
            error(ErrorCode::InvalidShareableUsage, "@shareable stands twice on the field: once says it".to_owned());
        }
        if ty.name() == "Subscription" && (count("shareable") > 0 || subgraph.on_type(ty, "shareable").next().is_some())
        {
            let text = "events come from one subgraph, so a subscription cannot be shared: remove @shareable";
            error(ErrorCode::InvalidFieldSharing, text.to_owned());
        }
        if let Some(label) = override_from::of(subgraph, field).and_then(|over| over.label)
            && !override_from::is_label(&label)
        {
            let text = format!(
                "{label:?} is no label: begin with a letter and go on with letters, digits, _ - : . or /, or write percent(0) to percent(100)"
            );
            error(ErrorCode::OverrideLabelInvalid, text);
        }
        if !ty.is_interface() {
            continue;
        }
        for (name, code) in ON_OBJECTS_ONLY {
            if count(name) > 0 {
                error(code, on_objects(name));
            }
        }
    }
    errors
}

const ON_OBJECTS_ONLY: [(&str, ErrorCode); 8] = [
    ("shareable", ErrorCode::InvalidShareableUsage),
    ("override", ErrorCode::OverrideOnInterface),
    ("requires", ErrorCode::RequiresUnsupportedOnInterface),
    ("provides", ErrorCode::ProvidesUnsupportedOnInterface),
    ("cost", ErrorCode::CostAppliedToInterfaceField),
    ("authenticated", ErrorCode::AuthRequirementsAppliedOnInterface),
    ("requiresScopes", ErrorCode::AuthRequirementsAppliedOnInterface),
    ("policy", ErrorCode::AuthRequirementsAppliedOnInterface),
];

fn on_objects(name: &str) -> String {
    format!("@{name} holds for objects, not for an interface: move it to the objects behind the interface")
}

/// A definition and each of its extensions are declarations of their own.
fn has_twice_in_one_declaration(subgraph: &SubgraphSchema, ty: &ExtendedType, name: &'static str) -> bool {
    let mut seen = HashSet::new();
    let mut known = ty.directives().iter().filter(|known| subgraph.names.canonical(&known.name) == Some(name));
    known.any(|directive| !seen.insert(directive.origin.extension_id()))
}
