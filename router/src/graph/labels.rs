//! Fields that move from one subgraph to another by and by (`@override` with a label).
//!
//! A label is active for a share of the requests (`percent(x)`), or because whoever runs the router says so. For the
//! planner a field stands in one place: it is given the graph as it is while certain labels are active.

use std::collections::BTreeSet;

use super::{OverrideLabel, Supergraph};

/// A supergraph as it is under each set of labels that requests meet.
pub struct Variants {
    /// The shares, in percent, in rising order.
    shares: Vec<f64>,
    /// The graph for a draw below all shares, at or above the first, and so on. Empty without labels.
    graphs: Vec<Supergraph>,
}

impl Variants {
    /// All variants of `graph`; `active` are the labels, beside shares, that hold.
    pub fn new(graph: &Supergraph, active: &[String]) -> Self {
        let labels: BTreeSet<&str> = graph.labels().map(|label| &*label.name).collect();
        let mut shares: Vec<f64> = labels.iter().filter_map(|label| share(label)).collect();
        shares.sort_by(f64::total_cmp);
        shares.dedup();
        let bounds = shares.iter().copied().chain([f64::INFINITY]);
        let variant = |bound: f64| {
            graph.under(&|label| match share(label) {
                Some(share) => share >= bound,
                None => active.iter().any(|known| known == label),
            })
        };
        let graphs = if labels.is_empty() { Vec::new() } else { bounds.map(variant).collect() };
        Self { shares, graphs }
    }

    /// The variant of one request, by a draw from 0 up to (not including) 100.
    pub fn draw(&self, draw: impl FnOnce() -> f64) -> usize {
        if self.shares.is_empty() {
            return 0;
        }
        let draw = draw();
        self.shares.iter().filter(|share| **share <= draw).count()
    }

    /// The graph of a variant; `None` where all are alike.
    pub fn graph(&self, variant: usize) -> Option<&Supergraph> {
        self.graphs.get(variant)
    }
}

/// The share of `percent(x)`.
fn share(label: &str) -> Option<f64> {
    label.strip_prefix("percent(")?.strip_suffix(')')?.trim().parse().ok()
}

impl Supergraph {
    fn labels(&self) -> impl Iterator<Item = &OverrideLabel> {
        let fields = self.types.values().flat_map(|ty| ty.fields.values());
        fields.flat_map(|field| field.subgraphs.values()).filter_map(|known| known.label.as_ref())
    }

    /// The graph while the labels that `is_active` names hold, and no others.
    fn under(&self, is_active: &dyn Fn(&str) -> bool) -> Self {
        let mut graph = self.clone();
        let fields = graph.types.values_mut().flat_map(|ty| ty.fields.values_mut());
        for known in fields.flat_map(|field| field.subgraphs.values_mut()) {
            if let Some(label) = known.label.take() {
                known.external |= is_active(&label.name) != label.when_active;
            }
        }
        graph
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::{Subgraph, compose};

    const LINK: &str =
        "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", import: [\"@key\", \"@override\"])\n";

    fn graph() -> Supergraph {
        let old = "type Query { t: T } type T @key(fields: \"id\") { id: ID! a: Int b: Int c: Int }";
        let new = "type T @key(fields: \"id\") { id: ID! a: Int @override(from: \"old\", label: \"percent(20)\")
            b: Int @override(from: \"old\", label: \"percent(75.5)\") c: Int @override(from: \"old\", label: \"moved\") }";
        let subgraph =
            |name: &str, sdl: &str| Subgraph { name: name.into(), url: String::new(), sdl: format!("{LINK}{sdl}") };
        let composed = compose(&[subgraph("old", old), subgraph("new", new)]).unwrap();
        Supergraph::parse(&composed.supergraph_sdl).unwrap()
    }

    /// Who resolves `a`, `b` and `c` for a draw.
    fn resolved(variants: &Variants, draw: f64) -> Vec<String> {
        let graph = variants.graph(variants.draw(|| draw)).unwrap();
        let fields = &graph.info(graph.type_id("T").unwrap()).fields;
        ["a", "b", "c"]
            .iter()
            .map(|name| {
                let known = fields[*name].subgraphs.iter().filter(|(_, known)| !known.external);
                let names: Vec<&str> = known.map(|(subgraph, _)| &*graph.subgraph(*subgraph).name).collect();
                names.join(" ")
            })
            .collect()
    }

    #[test]
    fn a_label_decides_who_resolves_a_field() {
        let graph = graph();
        let variants = Variants::new(&graph, &[]);
        assert_eq!(resolved(&variants, 0.0), ["new", "new", "old"]);
        assert_eq!(resolved(&variants, 19.9), ["new", "new", "old"]);
        assert_eq!(resolved(&variants, 20.0), ["old", "new", "old"]);
        assert_eq!(resolved(&variants, 75.5), ["old", "old", "old"]);
        assert_eq!(resolved(&variants, 99.9), ["old", "old", "old"]);
        let moved = Variants::new(&graph, &["moved".to_owned()]);
        assert_eq!(resolved(&moved, 99.9), ["old", "old", "new"]);
    }
}
