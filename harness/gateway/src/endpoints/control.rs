//! Endpoints of the control surface, which no org has.

use crate::{
    control,
    endpoint::{Auth, Endpoint, delete, get, post, row},
};

const CONTROL_ERROR: (&str, &str) = ("default", "control-error");

/// The rows.
pub(super) static CONTROL: &[Endpoint] = &[
    row(
        "control-health",
        "/__mockorg/health",
        Auth::Control,
        &[get(control::health, &[("200", "control-health"), CONTROL_ERROR])],
        "Whether the org serves, and which one it is.",
    ),
    row(
        "control-reset",
        "/__mockorg/reset",
        Auth::Control,
        &[post(control::reset, &[("200", "control-health"), CONTROL_ERROR])],
        "Puts the org back to its beginning, or to another one.",
    ),
    row(
        "control-clock",
        "/__mockorg/clock",
        Auth::Control,
        &[
            get(control::read_clock, &[("200", "control-clock"), CONTROL_ERROR]),
            post(control::move_clock, &[("200", "control-clock"), CONTROL_ERROR]),
        ],
        "Reads or moves the org's time.",
    ),
    row(
        "control-events",
        "/__mockorg/events",
        Auth::Control,
        &[
            get(control::events, &[("200", "control-events"), CONTROL_ERROR]),
            post(control::publish, &[("200", "control-events"), CONTROL_ERROR]),
        ],
        "The events that the org has published; publishes any event.",
    ),
    row(
        "control-gaps",
        "/__mockorg/gaps",
        Auth::Control,
        &[post(control::inject_gaps, &[("200", "control-gaps"), CONTROL_ERROR])],
        "Has the next changes of an object told by gap events.",
    ),
    row(
        "control-streaming",
        "/__mockorg/streaming",
        Auth::Control,
        &[get(control::streaming, &[("200", "control-streaming"), CONTROL_ERROR])],
        "The clients of the Streaming API.",
    ),
    row(
        "control-subscribers",
        "/__mockorg/subscribers",
        Auth::Control,
        &[post(control::resume_subscriber, &[("200", "control-subscribers"), CONTROL_ERROR])],
        "Lets an automation or a webhook run again that has failed too often.",
    ),
    row(
        "control-webhooks",
        "/__mockorg/webhooks",
        Auth::Control,
        &[
            get(control::list_webhooks, &[("200", "control-webhooks"), CONTROL_ERROR]),
            post(control::add_webhook, &[("201", "control-webhook"), CONTROL_ERROR]),
            delete(control::end_webhooks, &[("200", "control-ended"), CONTROL_ERROR]),
        ],
        "Lists the webhooks, adds one, or ends them all.",
    ),
    row(
        "control-webhook",
        "/__mockorg/webhooks/{name}",
        Auth::Control,
        &[delete(control::end_webhook, &[("200", "control-ended"), CONTROL_ERROR])],
        "Ends a webhook.",
    ),
    row(
        "control-stubs",
        "/__mockorg/stubs",
        Auth::Control,
        &[
            get(control::list_stubs, &[("200", "control-stubs"), CONTROL_ERROR]),
            post(control::add_stub, &[("201", "control-stub"), CONTROL_ERROR]),
            delete(control::end_stubs, &[("200", "control-ended"), CONTROL_ERROR]),
        ],
        "Lists the stubs, adds one, or ends them all.",
    ),
    row(
        "control-stub",
        "/__mockorg/stubs/{name}",
        Auth::Control,
        &[delete(control::end_stub, &[("200", "control-ended"), CONTROL_ERROR])],
        "Ends a stub.",
    ),
    row(
        "control-coverage",
        "/__mockorg/coverage",
        Auth::Control,
        &[get(control::coverage, &[("200", "control-coverage"), CONTROL_ERROR])],
        "What was asked for and is not modelled.",
    ),
    row(
        "control-journal",
        "/__mockorg/journal",
        Auth::Control,
        &[
            get(control::read_journal, &[("200", "control-journal"), CONTROL_ERROR]),
            delete(control::clear_journal, &[("200", "control-cleared"), CONTROL_ERROR]),
        ],
        "What clients have sent and what they were answered; forgets it.",
    ),
    row(
        "control-jobs",
        "/__mockorg/jobs",
        Auth::Control,
        &[
            get(control::list_jobs, &[("200", "control-jobs"), CONTROL_ERROR]),
            post(control::simulate_job, &[("201", "control-job"), CONTROL_ERROR]),
        ],
        "Lists the asynchronous jobs, or makes one appear that mockorg does not run itself.",
    ),
    row(
        "control-job",
        "/__mockorg/jobs/{id}",
        Auth::Control,
        &[post(control::step_job, &[("200", "control-job"), CONTROL_ERROR])],
        "Lets a held job go on.",
    ),
    row(
        "control-failures",
        "/__mockorg/failures",
        Auth::Control,
        &[
            get(control::list_failures, &[("200", "control-failures"), CONTROL_ERROR]),
            post(control::inject_failure, &[("201", "control-failure"), CONTROL_ERROR]),
            delete(control::clear_failures, &[("200", "control-cleared"), CONTROL_ERROR]),
        ],
        "Lists, injects or clears failures of jobs.",
    ),
];
