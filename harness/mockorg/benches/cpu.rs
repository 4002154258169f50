//! What a thread of this process has cost so far.

use std::fs;

/// CPU time of the thread with this name, in microseconds.
pub(crate) fn cpu_micros(thread: &str) -> f64 {
    let task = fs::read_dir("/proc/self/task")
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .find(|task| fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == thread))
        .unwrap_or_else(|| panic!("no thread is named {thread}"));
    let statistics = fs::read_to_string(task.join("schedstat")).unwrap();
    statistics.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1000.0
}
