//! Plans of faults as answers tell them: in the members in which bodies have them.

use std::time::Duration;

use mockorg_org::faults::{BodyFault, EventFault, Fault, FaultScope, FaultState, FaultTiming, JobOutcome};

use crate::json::JsonWriter;

/// Writes a plan and how often it has struck.
pub(super) fn write_state(w: &mut JsonWriter, state: &FaultState) {
    let plan = &state.plan;
    w.begin_object().key("name").string(&plan.name).key("fault");
    write_fault(w, &plan.fault);
    w.key("scope");
    write_scope(w, &plan.scope);
    w.key("timing");
    write_timing(w, &plan.timing);
    w.key("met").int(state.met).key("struck").int(state.struck).key("left");
    match state.left() {
        Some(left) => w.int(left),
        None => w.null(),
    };
    w.end_object();
}

fn write_fault(w: &mut JsonWriter, fault: &Fault) {
    let kind = match fault {
        Fault::Drop | Fault::Reset => {
            w.string(if matches!(fault, Fault::Drop) { "drop" } else { "reset" });
            return;
        }
        Fault::Error { .. } => "error",
        Fault::Record { .. } => "record",
        Fault::Job { .. } => "job",
        Fault::Event(_) => "event",
        Fault::Latency(_) => "latency",
        Fault::Body(_) => "body",
        Fault::Page { .. } => "page",
    };
    w.begin_object().key(kind);
    match fault {
        Fault::Error { code, message, status } => {
            w.begin_object().key("code").string(code.as_str()).key("message").optional(message.as_deref());
            w.key("status");
            match status {
                Some(status) => w.int(*status),
                None => w.null(),
            };
            w.end_object();
        }
        Fault::Record { code, message, fields } => {
            w.begin_object().key("code").string(code.as_str()).key("message").optional(message.as_deref());
            w.key("fields").strings(fields).end_object();
        }
        Fault::Job { outcome, code, message } => {
            let outcome = match outcome {
                JobOutcome::CompletedWithFailures => "completedWithFailures",
                JobOutcome::Failure => "failure",
                JobOutcome::Hang => "hang",
            };
            w.begin_object()
                .key("outcome")
                .string(outcome)
                .key("code")
                .optional(code.map(|code| code.as_str()));
            w.key("message").optional(message.as_deref()).end_object();
        }
        Fault::Event(event) => write_event(w, event),
        Fault::Latency(latency) => duration(w, *latency),
        Fault::Body(BodyFault::Truncated(bytes)) => {
            w.begin_object().key("truncated").int(*bytes).end_object();
        }
        Fault::Body(BodyFault::Slow(rate)) => {
            w.begin_object().key("slow").int(*rate).end_object();
        }
        Fault::Page { status, content_type, body } => {
            w.begin_object().key("status").int(*status);
            w.key("contentType").optional(content_type.as_deref()).key("body").string(body).end_object();
        }
        Fault::Drop | Fault::Reset => {}
    }
    w.end_object();
}

fn write_event(w: &mut JsonWriter, event: &EventFault) {
    let name = match event {
        EventFault::Lost => "lost",
        EventFault::Doubled => "doubled",
        EventFault::GapEvent => "gapEvent",
        EventFault::NewSchema => "newSchema",
        EventFault::Late(late) => {
            w.begin_object().key("late");
            duration(w, *late);
            w.end_object();
            return;
        }
        EventFault::Gap(gap) => {
            w.begin_object().key("gap").int(*gap).end_object();
            return;
        }
    };
    w.string(name);
}

fn write_scope(w: &mut JsonWriter, scope: &FaultScope) {
    let FaultScope { operations, objects, records, users, endpoints, methods, job_types } = scope;
    w.begin_object().key("operations").strings(operations).key("objects").strings(objects);
    w.key("records").begin_array();
    for id in records {
        w.display(id);
    }
    w.end_array().key("users").strings(users).key("endpoints").strings(endpoints);
    w.key("methods").strings(methods).key("jobTypes").strings(job_types).end_object();
}

fn write_timing(w: &mut JsonWriter, timing: &FaultTiming) {
    w.begin_object().key("after").int(timing.after).key("every").int(timing.every).key("times");
    match timing.times {
        Some(times) => w.int(times),
        None => w.null(),
    };
    w.key("probability");
    match timing.probability {
        Some(likely) => w.raw(|out| out.extend_from_slice(likely.share().to_string().as_bytes())),
        None => w.null(),
    };
    for (name, time) in [("from", timing.from), ("until", timing.until)] {
        w.key(name);
        match time {
            Some(time) => w.display(time),
            None => w.null(),
        };
    }
    w.end_object();
}

fn duration(w: &mut JsonWriter, duration: Duration) {
    w.string(&format!("PT{}S", duration.as_secs_f64()));
}
