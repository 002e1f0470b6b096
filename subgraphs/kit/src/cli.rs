//! What every process of Rialto is told by flags and environment, and how it logs.

use std::net::SocketAddr;

use tracing_subscriber::{EnvFilter, fmt};

/// The settings that every subgraph process has.
#[derive(Clone, Debug, clap::Args)]
pub struct ProcessArgs {
    /// The address to listen on; port 0 takes a free one [default: the subgraph's own port on 127.0.0.1]
    #[arg(long, env = "LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,

    /// What to log: info, debug, kit=trace,warn
    #[arg(long, env = "RUST_LOG", default_value = DEFAULT_LOG, value_name = "FILTER")]
    pub log: String,
}

/// What is logged unless somebody asks for more: ourselves, and of the libraries what is wrong.
pub const DEFAULT_LOG: &str = "info,sqlx=warn,sea_orm_migration=warn,hyper=warn";

impl ProcessArgs {
    /// The address to listen on, `127.0.0.1:port` unless told otherwise.
    pub fn listen_or(&self, port: u16) -> SocketAddr {
        self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)))
    }
}

/// Starts logging to standard error; standard output belongs to the ready line and to commands' answers. A second call
/// changes nothing.
pub fn init_logging(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(|error| anyhow::anyhow!("--log: {error}"))?;
    let _ = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).try_init();
    Ok(())
}

/// The command line as `C`. Help and version are answers; anything else that is no `C` is a wrong setting, told in one
/// line. What is left to do then is to end with the status.
pub fn parse<C: clap::Parser>(name: &str) -> Result<C, std::process::ExitCode> {
    C::try_parse().map_err(|error| {
        if !error.use_stderr() {
            let _ = error.print();
            return std::process::ExitCode::SUCCESS;
        }
        eprintln!("{name}: {} (see {name} --help)", one_line(&error.render().to_string()));
        std::process::ExitCode::from(2)
    })
}

/// What is wrong, without the usage and the hints that follow.
fn one_line(message: &str) -> String {
    let said = message.lines().map(str::trim);
    let said = said.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let line = said.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    line.trim_start_matches("error: ").to_owned()
}

/// Runs a process to its end: an error becomes one clear line on standard error and a non-zero status.
pub fn run<F>(name: &str, main: F) -> std::process::ExitCode
where
    F: Future<Output = anyhow::Result<()>>,
{
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(name, &error.into()),
    };
    match runtime.block_on(main) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => fail(name, &error),
    }
}

fn fail(name: &str, error: &anyhow::Error) -> std::process::ExitCode {
    let line = format!("{error:#}").replace('\n', " ");
    eprintln!("{name}: {line}");
    std::process::ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_setting_is_one_line() {
        let error = clap::Command::new("users").try_get_matches_from(["users", "--colour"]).unwrap_err();
        assert_eq!(one_line(&error.render().to_string()), "unexpected argument '--colour' found");
    }
}
