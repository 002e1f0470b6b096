//! A program that runs, and how it says that it is ready and ends.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{binaries, undertaker};

/// How long a start or an end may take, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is to be run: a program of the workspace, what it is told, and nothing else of this process's environment.
#[derive(Clone, Debug)]
pub struct Program {
    name: String,
    /// Where it is, unless it is one of the workspace.
    path: Option<PathBuf>,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    directory: PathBuf,
    input: String,
    descriptors: Option<u32>,
}

impl Program {
    /// The program called `name`.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: None,
            args: Vec::new(),
            env: BTreeMap::new(),
            directory: undertaker::folder().to_owned(),
            input: String::new(),
            descriptors: None,
        }
    }

    /// A program that was built elsewhere.
    pub fn at(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..Self::new("program") }
    }

    /// With more arguments.
    #[must_use]
    pub fn args<T: Into<String>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.insert(name.to_owned(), value.into());
        self
    }

    /// With another filter of what is logged, if there is one.
    #[must_use]
    pub fn logging(self, filter: Option<&str>) -> Self {
        match filter {
            Some(filter) => self.env("RUST_LOG", filter),
            None => self,
        }
    }

    /// In another folder than that of this run.
    #[must_use]
    pub fn directory(self, directory: &Path) -> Self {
        Self { directory: directory.to_owned(), ..self }
    }

    /// With so many file descriptors at most, as by `ulimit -n`.
    #[must_use]
    pub fn descriptors(self, count: u32) -> Self {
        Self { descriptors: Some(count), ..self }
    }

    /// With this on standard input, which is empty otherwise.
    #[must_use]
    pub fn input(mut self, input: &str) -> Self {
        input.clone_into(&mut self.input);
        self
    }

    /// Starts it and goes on.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn start(&self) -> Process {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let file = |kind| undertaker::folder().join(format!("{number}-{}.{kind}", self.name));
        let (stdout, stderr) = (file("out"), file("err"));
        let create = |path: &Path| File::create(path).expect("a file for what the program says");
        let program = self.path.as_deref().unwrap_or_else(|| binaries::program(&self.name));
        let mut command = match self.descriptors {
            None => Command::new(program),
            Some(count) => {
                let mut limited = Command::new("sh");
                limited.args(["-c", "ulimit -n \"$1\" && shift && exec \"$@\"", "sh", &count.to_string()]).arg(program);
                limited
            }
        };
        command.args(&self.args).current_dir(&self.directory).env_clear().envs(&self.env);
        for inherited in ["PATH", "HOME", "TMPDIR", "LLVM_PROFILE_FILE"] {
            command.envs(std::env::var_os(inherited).map(|value| (inherited, value)));
        }
        command.stdin(Stdio::piped()).stdout(create(&stdout)).stderr(create(&stderr));
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{} does not start: {error}", self.name));
        undertaker::started(child.id());
        let mut stdin = child.stdin.take().expect("standard input is piped");
        stdin.write_all(self.input.as_bytes()).expect("a program takes its input");
        Process { program: self.clone(), child: Mutex::new(Some(child)), stdout, stderr }
    }

    /// Runs it to its end.
    pub fn run(&self) -> Ended {
        self.start().ended()
    }
}

/// A program that was started. It is ended when this is dropped.
#[derive(Debug)]
pub struct Process {
    program: Program,
    child: Mutex<Option<Child>>,
    stdout: PathBuf,
    stderr: PathBuf,
}

/// A program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it said on standard output.
    pub stdout: String,
    /// What it said on standard error.
    pub stderr: String,
}

impl Process {
    /// Waits until it has said `words` on standard output, and returns all that it said there.
    ///
    /// # Panics
    ///
    /// When it ends before that, or never says them.
    pub fn says(&self, words: &str) -> String {
        self.waits(&format!("it does not say {words:?}"), || {
            let said = read(&self.stdout);
            // A line counts when it is whole.
            let whole = &said[..said.rfind('\n').map_or(0, |end| end + 1)];
            whole.contains(words).then(|| whole.to_owned())
        })
    }

    /// What it said on standard error so far.
    pub fn log(&self) -> String {
        read(&self.stderr)
    }

    /// Sends a signal, such as `TERM` or `INT`.
    pub fn signal(&self, name: &str) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(child) = child.as_ref() else { return };
        let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "{} cannot be told {name}", self.program.name);
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// When it does not end.
    pub fn ended(&self) -> Ended {
        let status = self.waits("it does not end", || {
            let mut place = self.child.lock().unwrap_or_else(PoisonError::into_inner);
            let child = place.as_mut().expect("it has not been waited for");
            let status = child.try_wait().expect("a child can be waited for")?;
            undertaker::ended(child.id());
            *place = None;
            Some(status)
        });
        Ended { status, stdout: read(&self.stdout), stderr: read(&self.stderr) }
    }

    /// Ends it as an operator would.
    pub fn stop(&self) -> Ended {
        self.signal("TERM");
        self.ended()
    }

    /// Starts it anew, after its end.
    #[must_use]
    pub fn again(&self) -> Process {
        self.program.start()
    }

    fn waits<T>(&self, otherwise: &str, mut wanted: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Asked first, so that what is said with the last breath is heard.
            let has_ended = self.has_ended();
            if let Some(found) = wanted() {
                return found;
            }
            assert!(!has_ended && Instant::now() < deadline, "{}: {otherwise}\n{}", self.program.name, self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn has_ended(&self) -> bool {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.as_mut().is_none_or(|child| child.try_wait().is_ok_and(|status| status.is_some()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut child) = child.take() {
            let _ = child.kill();
            let _ = child.wait();
            undertaker::ended(child.id());
        }
    }
}

fn read(file: &Path) -> String {
    std::fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
