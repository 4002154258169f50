//! Why a call fails: status, code and words, as the platform sends them.

use tonic::{Code, Status, metadata::MetadataValue};

/// The reasons. Statuses that are not documented are choices, listed as known gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    AuthHeaders,
    Auth,
    TopicEmpty,
    TopicNotFound,
    TopicPermission,
    CannotSubscribe,
    CannotPublish,
    SchemaBlank,
    SchemaUnknown,
    ReplayCorrupted,
    ReplayMissing,
    FetchCount,
    FetchTopicMismatch,
    FetchMalformed,
    PublishTopicEmpty,
    PublishTopicMismatch,
    PublishCount,
    PublishMalformed,
    PublishIdle,
    TooLarge,
    Ended,
    Internal,
    ManagedUnnamed,
    ManagedId,
    ManagedIdUnknown,
    ManagedNameUnknown,
    ManagedCount,
    ManagedCommitFirst,
    ManagedAuthFirst,
    ManagedActive,
    ManagedStopped,
    ManagedDeleted,
    ManagedMalformed,
}

impl Refusal {
    /// Status, code without the common prefix, words.
    const fn row(self) -> (Code, &'static str, &'static str) {
        use Code::{
            AlreadyExists, FailedPrecondition, Internal, InvalidArgument, NotFound, PermissionDenied,
            Unauthenticated, Unavailable,
        };
        match self {
            Self::AuthHeaders => (
                Unauthenticated,
                "service.auth.headers.invalid",
                "The metadata headers accesstoken, instanceurl, and tenantid must each have a value.",
            ),
            Self::Auth => (
                Unauthenticated,
                "service.auth.error",
                "An authentication exception occurred. Provide valid authentication via metadata headers.",
            ),
            Self::TopicEmpty => (InvalidArgument, "topic.validation.empty", "The topic name can't be empty."),
            Self::TopicNotFound => (
                NotFound,
                "topic.not.found",
                "There is no such topic. Check its name, which is case-sensitive.",
            ),
            Self::TopicPermission => {
                (PermissionDenied, "topic.meta.permission", "The user has no permission to read the topic.")
            }
            Self::CannotSubscribe => (
                PermissionDenied,
                "subscription.topic.cannot.subscribe",
                "The user has no permission to subscribe to the topic.",
            ),
            Self::CannotPublish => {
                (PermissionDenied, "topic.meta.permission", "The user can't publish to the topic.")
            }
            Self::SchemaBlank => (
                InvalidArgument,
                "schema.validation.failed",
                "Schema validation failed. The schema ID can't be blank.",
            ),
            Self::SchemaUnknown => (
                InvalidArgument,
                "schema.validation.failed",
                "Schema validation failed. There is no schema with this ID.",
            ),
            Self::ReplayCorrupted => (
                InvalidArgument,
                "subscription.fetch.replayid.corrupted",
                "The replay ID is malformed, unknown, or outside the retention window.",
            ),
            Self::ReplayMissing => (
                InvalidArgument,
                "subscription.fetch.replayid.validation.failed",
                "The replay preset CUSTOM needs a replay ID.",
            ),
            Self::FetchCount => (
                InvalidArgument,
                "subscription.fetch.requested.events.invalid",
                "The number of requested events must be greater than 0.",
            ),
            Self::FetchTopicMismatch => (
                InvalidArgument,
                "subscription.fetch.topic.mismatch",
                "The topic can't change in the course of a subscription.",
            ),
            Self::FetchMalformed => {
                (InvalidArgument, "subscription.fetch.request.invalid", "The fetch request is invalid.")
            }
            Self::PublishTopicEmpty => {
                (InvalidArgument, "publish.topic.validation.empty", "The topic name can't be empty.")
            }
            Self::PublishTopicMismatch => (
                InvalidArgument,
                "publish.topic.mismatch",
                "The topic can't change in the course of a stream.",
            ),
            Self::PublishCount => {
                (InvalidArgument, "publish.event.count.invalid", "A request must have at least one event.")
            }
            Self::PublishMalformed => {
                (InvalidArgument, "publish.event.count.invalid", "The publish request is invalid.")
            }
            Self::PublishIdle => {
                (Unavailable, "publish.stream.sweeper.timeout", "The stream was idle for too long.")
            }
            Self::TooLarge => {
                (Unavailable, "service.unavailable", "The request is larger than 4 MB. The stream was reset.")
            }
            Self::Ended => (Unavailable, "service.unavailable", "The service is unavailable."),
            Self::Internal => (Internal, "subscription.internal.error", "An internal error occurred."),
            Self::ManagedUnnamed => (
                InvalidArgument,
                "managed.subscription.id.or.developer.name.empty",
                "Give either the ID or the developer name of the managed subscription.",
            ),
            Self::ManagedId => (
                InvalidArgument,
                "managed.subscription.id.invalid",
                "The ID of the managed subscription is invalid.",
            ),
            Self::ManagedIdUnknown => (
                NotFound,
                "managed.subscription.subscription.id.not.found",
                "There is no managed subscription with this ID.",
            ),
            Self::ManagedNameUnknown => (
                NotFound,
                "managed.subscription.developer.name.not.found",
                "There is no managed subscription with this developer name.",
            ),
            Self::ManagedCount => (
                InvalidArgument,
                "managed.subscription.fetch.request.events.invalid",
                "The number of requested events must be greater than 0.",
            ),
            Self::ManagedCommitFirst => (
                InvalidArgument,
                "managed.subscription.fetch.request.commit.request.restricted",
                "The first request can't commit a replay ID.",
            ),
            Self::ManagedAuthFirst => (
                InvalidArgument,
                "managed.subscription.fetch.request.auth.request.restricted",
                "The first request can't refresh the authorization.",
            ),
            Self::ManagedActive => (
                AlreadyExists,
                "managed.subscription.already.active",
                "The managed subscription has an active subscriber.",
            ),
            Self::ManagedStopped => (
                FailedPrecondition,
                "managed.subscription.config.stopped",
                "The managed subscription is stopped.",
            ),
            Self::ManagedDeleted => {
                (NotFound, "managed.subscription.config.deleted", "The managed subscription was deleted.")
            }
            Self::ManagedMalformed => (
                InvalidArgument,
                "managed.subscription.fetch.request.invalid",
                "The fetch request is invalid.",
            ),
        }
    }

    /// The status of a call that fails for this reason.
    pub(crate) fn status(self, rpc_id: &str) -> Status {
        let (status, code, words) = self.row();
        let mut status = Status::new(status, format!("{words} rpcId: {rpc_id}"));
        let code = format!("sfdc.platform.eventbus.grpc.{code}");
        for (key, value) in [("error-code", code.as_str()), ("rpc-id", rpc_id)] {
            if let Ok(value) = MetadataValue::try_from(value) {
                status.metadata_mut().insert(key, value);
            }
        }
        status
    }

    /// Why a request of a stream could not be read: it was too long, or not of its form. `None` when the
    /// client has gone.
    pub(crate) fn of_broken(status: &Status, malformed: Self) -> Option<Self> {
        match status.code() {
            Code::OutOfRange => Some(Self::TooLarge),
            Code::Internal if status.message().contains("decode") => Some(malformed),
            _ => None,
        }
    }
}
