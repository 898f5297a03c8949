//! Running other programs from the root of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The program as built with `profile`.
pub(crate) fn junheng(profile: &str) -> PathBuf {
    target().join(profile).join("junheng")
}

/// A program that will run in the root of the workspace.
pub(crate) fn command(program: impl AsRef<Path>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).current_dir(root());
    command
}

/// The cargo that started us, without what it told us about ourselves: build scripts that watch
/// those variables would run again whenever cargo is called from here and by hand in turn.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(PathBuf::from(cargo), arguments);
    for (name, _) in std::env::vars_os() {
        let ours = name.to_string_lossy();
        if ours.starts_with("CARGO_MANIFEST_") || ours.starts_with("CARGO_PKG_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

/// Shows the command and runs it; an exit status other than 0 is an error.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let line = line(&command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(())
}

/// Standard output of a command that must succeed.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let line = line(&command);
    let out = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    ensure!(out.status.success(), "`{line}` failed: {}", out.status);
    Ok(String::from_utf8(out.stdout)?)
}

/// Installs what the build needs beside Rust: CMake and libclang for HiGHS, npm for the page.
///
/// A C compiler is never asked for: without one xtask itself could not have been built.
pub(crate) fn prepare() -> Result<()> {
    need("cmake", "cmake")?;
    need("npm", "npm")?;
    if !has_libclang() {
        install("libclang", "libclang-dev")?;
    }
    Ok(())
}

fn has_libclang() -> bool {
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from);
    let below = |folder: &PathBuf| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|e| e.path()).collect()
    };
    let llvm = folders
        .iter()
        .flat_map(below)
        .flat_map(|f| [f.join("lib"), f]);
    std::env::var_os("LIBCLANG_PATH").is_some()
        || folders
            .iter()
            .cloned()
            .chain(llvm)
            .filter(|f| f.is_dir())
            .flat_map(|f| below(&f))
            .filter_map(|f| Some(f.file_name()?.to_string_lossy().into_owned()))
            .any(|name| name.starts_with("libclang") && name.contains(".so"))
}

/// Installs the Debian package that holds `program` unless the program is there.
pub(crate) fn need(program: &str, package: &str) -> Result<()> {
    if answers(command(program, &["--version"])) {
        return Ok(());
    }
    install(program, package)
}

/// Whether a command can be started and ends well; what it says is not shown.
pub(crate) fn answers(mut command: Command) -> bool {
    command.output().is_ok_and(|out| out.status.success())
}

/// As root, or through sudo where it asks nothing; else the line to type.
pub(crate) fn install(what: &str, package: &str) -> Result<()> {
    let install = ["apt-get", "install", "--yes", package];
    if answers(command("id", &["-u"]))
        && output(command("id", &["-u"]))?.trim() == "0"
        && answers(command("apt-get", &["--version"]))
    {
        // A fresh machine knows no packages yet.
        if run(command(install[0], &install[1..])).is_ok() {
            return Ok(());
        }
        run(command("apt-get", &["update"]))?;
        return run(command(install[0], &install[1..]));
    }
    if answers(command(
        "sudo",
        &["--non-interactive", "apt-get", "--version"],
    )) {
        return run(command("sudo", &install));
    }
    bail!(
        "{what} is missing; install it with: sudo {}",
        install.join(" ")
    )
}
