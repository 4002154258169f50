//! The real process: started on a folder, and killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running org that knows no mercy.
pub(crate) struct Process {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) greeting: String,
}

/// A folder of its own for each test, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("crash").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The command that keeps an org in a folder.
pub(crate) fn command(folder: &Path, more: &[&str]) -> Command {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/schema");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockorg"));
    command.args(["serve", "--port", "0", "--async-delay", "0s", "--schema"]).arg(schema);
    command.arg("--data").arg(folder).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Process {
    /// Starts it, and waits until it is ready.
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        Self::run(&mut command(folder, more))
    }

    /// The same with a command that leads to it.
    pub(crate) fn run(command: &mut Command) -> Self {
        let mut process = Self::spawn(command);
        while !process.greeting.contains("Ctrl-C") {
            let read = process.out.read_line(&mut process.greeting).unwrap();
            if read == 0 {
                let errors = process.errors();
                panic!("the org ended early: {}{errors}", process.greeting);
            }
        }
        process
    }

    /// Starts it, and does not wait.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, greeting: String::new() }
    }

    /// What stands behind a label of the greeting.
    pub(crate) fn said(&self, label: &str) -> &str {
        let line = self.greeting.lines().find_map(|line| line.trim_start().strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label} in {}", self.greeting)).trim()
    }

    pub(crate) fn address(&self) -> &str {
        self.said("address").strip_prefix("http://").unwrap()
    }

    pub(crate) fn token(&self) -> &str {
        self.said("access token")
    }

    /// Ends it as a power cut would, and gives what it complained of.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.errors()
    }

    /// Asks it to end, and gives what it complained of.
    pub(crate) fn stop(mut self) -> String {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success());
        self.errors()
    }

    fn errors(&mut self) -> String {
        let Some(stderr) = self.child.stderr.take() else { return String::new() };
        self.child.wait().unwrap();
        BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail when it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
