//! The program `rialto`. What it can do is in [`rialto::cli`].

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    rialto::cli::main()
}
