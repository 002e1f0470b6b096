//! Puts GraphiQL into the program, so that it works without a network.
//!
//! The four files that `graphiql/page.html` names are fetched once with npm. Where npm, tar or a quick network is missing,
//! or `RIALTO_SKIP_GRAPHIQL` is set, the page keeps its CDN addresses: the build neither fails nor waits for long.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const CDN: &str = "https://cdn.jsdelivr.net";

/// Package, file in it, and its media type.
const FILES: [(&str, &str, &str); 4] = [
    ("graphiql@4.1.2", "graphiql.min.css", "text/css; charset=utf-8"),
    ("react@18.3.1", "umd/react.production.min.js", JAVASCRIPT),
    ("react-dom@18.3.1", "umd/react-dom.production.min.js", JAVASCRIPT),
    ("graphiql@4.1.2", "graphiql.min.js", JAVASCRIPT),
];
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The time for all of npm's work.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=graphiql");
    println!("cargo::rerun-if-env-changed=RIALTO_SKIP_GRAPHIQL");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let sources = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("graphiql");
    let store = store(&out);
    let skipped = env::var_os("RIALTO_SKIP_GRAPHIQL").is_some();
    let embedded = !skipped && (is_complete(&store) || fetch(&store, &out));
    if !embedded && !skipped {
        println!(
            "cargo::warning=GraphiQL's files could not be fetched with npm; the page at /graphql will load them from a \
             CDN. To try again: touch router/build.rs"
        );
    }
    write(&out, &sources, embedded.then_some(store.as_path()))
}

/// Where the files are kept: in the target folder, so that every profile finds what one has fetched.
fn store(out: &Path) -> PathBuf {
    let target = out.ancestors().nth(4).unwrap_or(out);
    target.join("graphiql-4.1.2")
}

fn is_complete(store: &Path) -> bool {
    FILES.iter().all(|(package, file, _)| store.join(local_name(package, file)).is_file())
}

fn local_name(package: &str, file: &str) -> String {
    format!("{package}-{}", file.rsplit('/').next().unwrap_or(file))
}

/// Fetches the packages and keeps their files; `false` where that cannot be done.
fn fetch(store: &Path, out: &Path) -> bool {
    let work = out.join("npm");
    let attempt = || -> io::Result<bool> {
        fs::create_dir_all(&work)?;
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.args(["pack", "--silent", "--prefer-offline", "--fetch-retries=0", "--fetch-timeout=10000"]);
        npm.args(["graphiql@4.1.2", "react@18.3.1", "react-dom@18.3.1"]);
        if !finishes(npm.current_dir(&work))? {
            return Ok(false);
        }
        fs::create_dir_all(store)?;
        for (package, file, _) in FILES {
            let archive = format!("{}.tgz", package.replace('@', "-"));
            let member = format!("package/{file}");
            if !finishes(Command::new("tar").args(["-xzf", &archive, &member]).current_dir(&work))? {
                return Ok(false);
            }
            // Renamed, never copied: another build may be doing the same.
            fs::rename(work.join(member), store.join(local_name(package, file)))?;
        }
        Ok(true)
    };
    let fetched = attempt().unwrap_or(false);
    let _ = fs::remove_dir_all(&work);
    fetched
}

/// Whether `command` succeeds in time.
fn finishes(command: &mut Command) -> io::Result<bool> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(false)
}

/// Writes the page and the list of its files as Rust.
fn write(out: &Path, sources: &Path, store: Option<&Path>) -> io::Result<()> {
    let mut page = fs::read_to_string(sources.join("page.html"))?;
    let mut assets = Vec::new();
    for (name, kind) in [("page.css", "text/css; charset=utf-8"), ("page.js", JAVASCRIPT)] {
        let (file, address) = (sources.join(name), format!("/graphql/assets/{name}"));
        assert!(page.contains(&address), "graphiql/page.html does not load {address}");
        let versioned = versioned(name, &fs::read(&file)?);
        page = page.replace(&address, &format!("/graphql/assets/{versioned}"));
        assets.push(asset(&versioned, kind, &file));
    }
    for (package, file, kind) in FILES {
        let address = format!("{CDN}/npm/{package}/{file}");
        assert!(page.contains(&address), "graphiql/page.html does not load {address}");
        if let Some(store) = store {
            let name = local_name(package, file);
            page = page.replace(&address, &format!("/graphql/assets/{name}"));
            assets.push(asset(&name, kind, &store.join(&name)));
        }
    }
    fs::write(out.join("graphiql.html"), page)?;
    let code = format!(
        "const PAGE: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/graphiql.html\"));\n\
         const CDN: &str = {CDN:?};\n\
         const ASSETS_ARE_EMBEDDED: bool = {};\n\
         const ASSETS: &[(&str, &str, &[u8])] = &[\n{}];\n",
        store.is_some(),
        assets.concat(),
    );
    fs::write(out.join("graphiql.rs"), code)
}

/// `page.js` as `page-0123456789abcdef.js`: with its content, its name changes, so that browsers may keep it for ever.
fn versioned(name: &str, content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    format!("{stem}-{:016x}.{extension}", hasher.finish())
}

fn asset(name: &str, kind: &str, path: &Path) -> String {
    format!("    ({name:?}, {kind:?}, include_bytes!({:?})),\n", path.display().to_string())
}
