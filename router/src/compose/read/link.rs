//! `@link`: which specifications a subgraph's schema draws on, and under which names
//! ([link v1.0](https://specs.apollo.dev/link/v1.0)).

use apollo_compiler::{
    Node, Schema,
    ast::{Directive, Value},
};

use crate::compose::{
    error::{CompositionError, ErrorCode},
    read::specs,
};

/// What is wrong with a link: the kind of error and a sentence.
pub(in crate::compose) type Wrong = (ErrorCode, String);

/// A specification's major and minor version.
pub(in crate::compose) type Version = (u32, u32);

/// One `@link` of a schema.
#[derive(Clone, Debug)]
pub(in crate::compose) struct Link {
    /// The address without the version.
    pub identity: String,
    /// The last part of the identity.
    pub name: String,
    pub version: Version,
    pub alias: Option<String>,
    /// Elements (directives with their `@`) and what they are called here.
    pub imports: Vec<(String, String)>,
    pub purpose: Option<String>,
}

impl Link {
    /// What stands before `__` in the names of what is not imported.
    pub fn prefix(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    /// The name in the specification of a directive that is called `local` here, if it comes from there.
    pub fn original<'l>(&'l self, local: &'l str) -> Option<&'l str> {
        let imported = self.imports.iter().find(|(_, known)| known.strip_prefix('@') == Some(local));
        if let Some((element, _)) = imported {
            return element.strip_prefix('@');
        }
        if local == self.prefix() {
            return Some(&self.name);
        }
        local.strip_prefix(self.prefix())?.strip_prefix("__")
    }

    /// What a directive of the specification is called here.
    pub fn local(&self, original: &str) -> String {
        let imported = self.imports.iter().find(|(element, _)| element.strip_prefix('@') == Some(original));
        match imported {
            Some((_, local)) => local.trim_start_matches('@').to_owned(),
            None if original == self.name => self.prefix().to_owned(),
            None => format!("{}__{original}", self.prefix()),
        }
    }

    /// The address with the version.
    pub fn url(&self) -> String {
        format!("{}/v{}.{}", self.identity, self.version.0, self.version.1)
    }
}

/// All links of a subgraph's schema, and what is wrong with them.
pub(in crate::compose) fn read(schema: &Schema, subgraph: &str) -> (Vec<Link>, Vec<CompositionError>) {
    let (mut links, mut errors): (Vec<Link>, Vec<Wrong>) = (Vec::new(), Vec::new());
    for directive in applications(schema) {
        match link(directive) {
            Ok(link) => {
                let twice =
                    links.iter().any(|known| known.identity == link.identity || known.prefix() == link.prefix());
                errors.extend(specs::check(&link).into_iter().chain(twice.then(|| {
                    let text = format!("{} is linked twice, or two links have one name: keep one of them", link.url());
                    (ErrorCode::InvalidLinkDirectiveUsage, text)
                })));
                links.push(link);
            }
            Err(error) => errors.push(error),
        }
    }
    let errors = errors.into_iter().map(|(code, text)| CompositionError::new(code, "@link", &[subgraph], text));
    (links, errors.collect())
}

/// The applications of `@link`, which may link itself under another name.
fn applications(schema: &Schema) -> impl Iterator<Item = &Node<Directive>> {
    let all = || schema.schema_definition.directives.iter().map(|component| &component.node);
    let renamed = all().find_map(|directive| {
        let url = directive.specified_argument_by_name("url")?.as_str()?;
        let own = directive.specified_argument_by_name("as").and_then(|name| name.as_str()).unwrap_or("link");
        (url.starts_with(specs::LINK) && directive.name == own).then(|| own.to_owned())
    });
    let name = renamed.unwrap_or_else(|| "link".to_owned());
    all().filter(move |directive| directive.name == name.as_str())
}

fn usage(text: impl Into<String>) -> Wrong {
    (ErrorCode::InvalidLinkDirectiveUsage, text.into())
}

fn link(directive: &Directive) -> Result<Link, Wrong> {
    let argument = |name: &str| directive.specified_argument_by_name(name).filter(|value| !value.is_null());
    let text = |name: &str| match argument(name) {
        None => Ok(None),
        Some(value) => match &**value {
            Value::String(text) => Ok(Some(text.clone())),
            Value::Enum(text) => Ok(Some(text.to_string())),
            _ => Err(usage(format!("`{name}` of {directive} must be a string"))),
        },
    };
    let url =
        text("url")?.ok_or_else(|| usage("a @link without `url` links nothing: give the specification's address"))?;
    let invalid = |what: &str| {
        let text = format!(
            "{url:?} {what}: give an address that ends in a name and a version, such as https://specs.example.dev/name/v1.0"
        );
        (ErrorCode::InvalidLinkIdentifier, text)
    };
    if !url.contains("://") {
        return Err(invalid("is no address"));
    }
    let url = url.trim_end_matches('/');
    let (identity, version) = url.rsplit_once('/').ok_or_else(|| invalid("has no version"))?;
    let version = parse_version(version).ok_or_else(|| invalid("has no version"))?;
    let name = identity.rsplit('/').next().unwrap_or_default();
    if name.is_empty() || identity.ends_with("//") || identity.matches('/').count() < 3 {
        return Err(invalid("names no specification"));
    }
    let alias = text("as")?;
    if let Some(alias) =
        alias.as_deref().filter(|alias| apollo_compiler::Name::new(alias).is_err() || alias.contains("__"))
    {
        return Err(usage(format!(
            "{alias:?} cannot be the name of {url}: use letters, digits and single underscores"
        )));
    }
    let mut imports = Vec::new();
    if let Some(listed) = argument("import") {
        let listed = listed.as_list().ok_or_else(|| usage(format!("`import` of {directive} must be a list")))?;
        for item in listed {
            imports.push(import(item)?);
        }
    }
    let (identity, name) = (identity.to_owned(), name.to_owned());
    Ok(Link { identity, name, version, alias, imports, purpose: text("for")? })
}

/// `v1.2`, in full.
fn parse_version(text: &str) -> Option<Version> {
    let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    Some((number(major)?, number(minor)?))
}

/// `"@name"`, or `{ name: "@name", as: "@local" }`.
fn import(item: &Value) -> Result<(String, String), Wrong> {
    let told = item.serialize().no_indent().to_string();
    let wrong =
        || usage(format!("the import {told} must be \"@name\" or {{ name: \"@name\", as: \"@local\" }}: write it so"));
    let Some(fields) = item.as_object() else {
        let name = item.as_str().ok_or_else(wrong)?;
        return Ok((name.to_owned(), name.to_owned()));
    };
    if fields.iter().any(|(key, value)| (key != "name" && key != "as") || value.as_str().is_none()) {
        return Err(wrong());
    }
    let get = |key: &str| fields.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_str());
    let name = get("name").ok_or_else(wrong)?;
    let local = get("as").unwrap_or(name);
    if name.starts_with('@') != local.starts_with('@') {
        let text = "a directive's name has an @ before and after it is renamed, a type's has none: make them agree";
        return Err(usage(format!("the import {told}: {text}")));
    }
    Ok((name.to_owned(), local.to_owned()))
}
