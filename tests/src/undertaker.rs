//! Ends what the tests started, however they themselves end.
//!
//! Shops are shared by many tests and live in statics, which are never dropped. So a shell waits for the end of this
//! process, which it notices by the end of its standard input, ends the processes that are still registered and removes
//! the folder of this run.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

const SCRIPT: &str = r#"
trap '' INT TERM HUP
alive=
while read -r change pid; do
  others=
  for one in $alive; do [ "$one" = "$pid" ] || others="$others $one"; done
  alive=$others
  [ "$change" = ended ] || alive="$alive $pid"
done
if [ -n "$alive" ]; then
  kill $alive
  sleep 2
  kill -9 $alive
fi
rm -rf "$0"
"#;

struct Undertaker {
    folder: PathBuf,
    words: Mutex<ChildStdin>,
}

/// A folder that is removed when the tests have ended.
pub fn folder() -> &'static Path {
    &undertaker().folder
}

/// This process must not outlive the tests.
pub fn started(pid: u32) {
    tell("started", pid);
}

/// This process has ended already.
pub fn ended(pid: u32) {
    tell("ended", pid);
}

fn tell(change: &str, pid: u32) {
    let mut words = undertaker().words.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(words, "{change} {pid}").expect("the undertaker listens");
}

fn undertaker() -> &'static Undertaker {
    static UNDERTAKER: OnceLock<Undertaker> = OnceLock::new();
    UNDERTAKER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("rialto-tests-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for this run");
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT]).arg(&folder);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let words = shell.spawn().expect("sh can be started").stdin.take().expect("its standard input is piped");
        Undertaker { folder, words: Mutex::new(words) }
    })
}
