//! Endpoints of the control surface, which no org has.

use crate::{
    control,
    endpoint::{Argument, ArgumentForm, Auth, Endpoint, argument, delete, get, post, put, row},
};

const CONTROL_ERROR: (&str, &str) = ("default", "control-error");

/// Which entries of the journal are wanted.
const JOURNAL_FILTER: &[Argument] = &[
    argument("kind", ArgumentForm::OneOf(&["call", "event"]), "Entries of this kind only."),
    argument("method", ArgumentForm::Text, "Calls of this method only."),
    argument("path", ArgumentForm::Text, "Calls of this path; a name in braces stands for one segment."),
    argument("pathGlob", ArgumentForm::Text, "Calls of such a path; ** stands for any number of segments."),
    argument("endpoint", ArgumentForm::Text, "Calls of the endpoint with this id."),
    argument("status", ArgumentForm::Text, "Calls that were answered so: 404, or 4xx."),
    argument("user", ArgumentForm::Text, "Calls of the user of this name."),
    argument(
        "object",
        ArgumentForm::Text,
        "Calls whose path or query names this object, and its change events.",
    ),
    argument("fault", ArgumentForm::Text, "Calls that a fault of this name struck."),
    argument("channel", ArgumentForm::Text, "Events on this channel, or of this name."),
    argument("body~", ArgumentForm::Text, "Entries with this text in a body."),
    argument("since", ArgumentForm::Text, "Entries of this instant and later, by the org's time."),
    argument("until", ArgumentForm::Text, "Entries up to this instant."),
    argument("afterSequence", ArgumentForm::Number, "Entries after this one."),
    argument(
        "limit",
        ArgumentForm::Number,
        "So many entries at most; `next` says where the next page begins.",
    ),
];

/// The rows.
pub(super) static CONTROL: &[Endpoint] = &[
    row(
        "control-openapi",
        "/__mockorg/openapi.json",
        Auth::Control,
        &[get(control::openapi, &[("200", "control-openapi"), CONTROL_ERROR])],
        "The control surface itself, as a document of OpenAPI 3.1.",
    ),
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
        &[post(control::reset, &[("200", "control-health"), CONTROL_ERROR]).taking("control-reset")],
        "Puts the org back to its beginning, or to another one.",
    ),
    row(
        "control-snapshots",
        "/__mockorg/snapshots",
        Auth::Control,
        &[get(control::list_snapshots, &[("200", "control-snapshots"), CONTROL_ERROR])],
        "The snapshots of the org.",
    ),
    row(
        "control-snapshot",
        "/__mockorg/snapshots/{name}",
        Auth::Control,
        &[
            put(control::take_snapshot, &[("201", "control-snapshot"), CONTROL_ERROR]).taking("none"),
            delete(control::drop_snapshot, &[("200", "control-ended"), CONTROL_ERROR]),
        ],
        "Keeps the org as it is now under a name, or gives that up.",
    ),
    row(
        "control-restore",
        "/__mockorg/snapshots/{name}/restore",
        Auth::Control,
        &[post(control::restore_snapshot, &[("200", "control-health"), CONTROL_ERROR]).taking("none")],
        "Puts the org back to a snapshot.",
    ),
    row(
        "control-branches",
        "/__mockorg/branches",
        Auth::Control,
        &[
            get(control::list_branches, &[("200", "control-branches"), CONTROL_ERROR]),
            post(control::add_branch, &[("201", "control-branch"), CONTROL_ERROR]).taking("control-branch"),
        ],
        "Other orgs in the same process that began as this one was; makes one more.",
    ),
    row(
        "control-branch",
        "/__mockorg/branches/{name}",
        Auth::Control,
        &[
            get(control::read_branch, &[("200", "control-branch"), CONTROL_ERROR]),
            delete(control::end_branch, &[("200", "control-ended"), CONTROL_ERROR]),
        ],
        "One of these orgs; ends it.",
    ),
    row(
        "control-export",
        "/__mockorg/export",
        Auth::Control,
        &[get(control::export, &[("200", "control-export"), CONTROL_ERROR])],
        "The org as an org file, and what an org file cannot say of it.",
    ),
    row(
        "control-import",
        "/__mockorg/import",
        Auth::Control,
        &[post(control::import, &[("200", "control-health"), CONTROL_ERROR]).taking("control-import")],
        "Begins the org anew with another org file, now and at each reset.",
    ),
    row(
        "control-clock",
        "/__mockorg/clock",
        Auth::Control,
        &[
            get(control::read_clock, &[("200", "control-clock"), CONTROL_ERROR]),
            post(control::move_clock, &[("200", "control-moved"), CONTROL_ERROR]).taking("control-clock"),
        ],
        "Reads or moves the org's time.",
    ),
    row(
        "control-events",
        "/__mockorg/events",
        Auth::Control,
        &[
            get(control::events, &[("200", "control-events"), CONTROL_ERROR]).with(&[
                argument("after", ArgumentForm::Number, "Events after this replay id only."),
                argument("channel", ArgumentForm::Text, "Events of this channel, or of this name, only."),
            ]),
            post(control::publish, &[("200", "control-events"), CONTROL_ERROR]).taking("control-event"),
        ],
        "The events that the org has published; publishes any event.",
    ),
    row(
        "control-gaps",
        "/__mockorg/gaps",
        Auth::Control,
        &[post(control::inject_gaps, &[("200", "control-gaps"), CONTROL_ERROR]).taking("control-gaps")],
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
        &[post(control::resume_subscriber, &[("200", "control-subscribers"), CONTROL_ERROR])
            .taking("control-subscriber")],
        "Lets an automation or a webhook run again that has failed too often.",
    ),
    row(
        "control-webhooks",
        "/__mockorg/webhooks",
        Auth::Control,
        &[
            get(control::list_webhooks, &[("200", "control-webhooks"), CONTROL_ERROR]),
            post(control::add_webhook, &[("201", "control-webhook"), CONTROL_ERROR])
                .taking("control-webhook"),
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
            post(control::add_stub, &[("201", "control-stub"), CONTROL_ERROR]).taking("control-stub"),
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
            get(control::read_journal, &[("200", "control-journal"), CONTROL_ERROR]).with(JOURNAL_FILTER),
            delete(control::clear_journal, &[("200", "control-cleared"), CONTROL_ERROR]),
        ],
        "What clients have sent, what they were answered, and the events of the org; forgets it.",
    ),
    row(
        "control-journal-har",
        "/__mockorg/journal.har",
        Auth::Control,
        &[get(control::read_har, &[("200", "control-har"), CONTROL_ERROR]).with(JOURNAL_FILTER)],
        "The calls of the journal as an HTTP Archive.",
    ),
    row(
        "control-verify",
        "/__mockorg/verify",
        Auth::Control,
        &[post(control::verify, &[("200", "control-verdict"), CONTROL_ERROR]).taking("control-verification")],
        "Holds what is expected against the journal.",
    ),
    row(
        "control-jobs",
        "/__mockorg/jobs",
        Auth::Control,
        &[
            get(control::list_jobs, &[("200", "control-jobs"), CONTROL_ERROR]),
            post(control::simulate_job, &[("201", "control-job"), CONTROL_ERROR]).taking("control-job"),
        ],
        "Lists the asynchronous jobs, or makes one appear that mockorg does not run itself.",
    ),
    row(
        "control-job",
        "/__mockorg/jobs/{id}",
        Auth::Control,
        &[post(control::step_job, &[("200", "control-job"), CONTROL_ERROR]).taking("control-job-step")],
        "Lets a held job go on.",
    ),
    row(
        "control-failures",
        "/__mockorg/failures",
        Auth::Control,
        &[
            get(control::list_failures, &[("200", "control-failures"), CONTROL_ERROR]),
            post(control::inject_failure, &[("201", "control-failure"), CONTROL_ERROR])
                .taking("control-failure"),
            delete(control::clear_failures, &[("200", "control-cleared"), CONTROL_ERROR]),
        ],
        "Lists, injects or clears failures of jobs.",
    ),
    row(
        "control-faults",
        "/__mockorg/faults",
        Auth::Control,
        &[
            get(control::list_faults, &[("200", "control-faults"), CONTROL_ERROR]),
            post(control::add_fault, &[("201", "control-fault"), CONTROL_ERROR]).taking("control-fault"),
            delete(control::end_faults, &[("200", "control-ended"), CONTROL_ERROR]),
        ],
        "Lists what goes wrong on purpose, adds a plan, or ends them all.",
    ),
    row(
        "control-fault-catalogue",
        "/__mockorg/faults/catalogue",
        Auth::Control,
        &[get(control::fault_catalogue, &[("200", "control-fault-catalogue"), CONTROL_ERROR])],
        "The faults that have names, each with an example.",
    ),
    row(
        "control-fault",
        "/__mockorg/faults/{name}",
        Auth::Control,
        &[
            get(control::read_fault, &[("200", "control-fault"), CONTROL_ERROR]),
            delete(control::end_fault, &[("200", "control-ended"), CONTROL_ERROR]),
        ],
        "Shows a plan and how often it has struck, or ends it.",
    ),
];
