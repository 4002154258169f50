//! The platform's errors: a closed list of codes, the platform's own words, and where they arise.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::DuplicateResult;

macro_rules! error_codes {
    ($($variant:ident = $code:literal: $when:literal,)*) => {
        /// A code of the platform's StatusCode and ExceptionCode lists, as far as mockorg answers it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $(#[doc = $when] #[serde(rename = $code)] $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as the platform spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

error_codes! {
    AllOrNoneOperationRolledBack = "ALL_OR_NONE_OPERATION_ROLLED_BACK": "Another record of the same call failed.",
    ApiDisabledForOrg = "API_DISABLED_FOR_ORG": "The user or the org may not use the API.",
    ApiError = "API_ERROR": "A bulk job cannot be what it is asked to be.",
    BatchProcessingHalted = "BATCH_PROCESSING_HALTED": "An earlier subrequest of a batch failed.",
    CannotInsertUpdateActivateEntity = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "The object does not support the call.",
    CannotUpdateConvertedLead = "CANNOT_UPDATE_CONVERTED_LEAD": "The lead is converted and does not change any more.",
    DeleteFailed = "DELETE_FAILED": "Other records forbid the deletion.",
    DuplicatesDetected = "DUPLICATES_DETECTED": "A duplicate rule found records like the new one.",
    DuplicateDeveloperName = "DUPLICATE_DEVELOPER_NAME": "The name of a component is taken.",
    DuplicateExternalId = "DUPLICATE_EXTERNAL_ID": "Several records have the external id of an upsert.",
    DuplicateValue = "DUPLICATE_VALUE": "A unique field holds the value already.",
    EndDateMissing = "END_DATE_MISSING": "A term-defined line has neither end date nor term.",
    EntityIsDeleted = "ENTITY_IS_DELETED": "The record lies in the Recycle Bin.",
    EntityIsLocked = "ENTITY_IS_LOCKED": "The record is locked against the change.",
    ExceededQuota = "EXCEEDEDQUOTA": "The day has had as many records of bulk jobs as it may have.",
    ExceededIdLimit = "EXCEEDED_ID_LIMIT": "A query has more groups than one answer can hold.",
    ExceededMaxSemijoinSubselects = "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS": "A query has too many semi joins.",
    ExternalObjectUnsupportedException = "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION": "The object's storage does not know the operation.",
    FailedActivation = "FAILED_ACTIVATION": "The order cannot be activated.",
    FeatureNotEnabled = "FEATURENOTENABLED": "A bulk operation needs a permission that the user lacks.",
    FieldCustomValidationException = "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule refuses the record.",
    FieldFilterValidationException = "FIELD_FILTER_VALIDATION_EXCEPTION": "A lookup filter refuses the record that a lookup names.",
    FieldIntegrityException = "FIELD_INTEGRITY_EXCEPTION": "A value does not fit the rest of the record.",
    Gone = "GONE": "The API version is retired.",
    IllegalQueryParameterValue = "ILLEGAL_QUERY_PARAMETER_VALUE": "An argument of a Connect call is not acceptable.",
    InsertUpdateDeleteNotAllowedDuringMaintenance = "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": "The org can only be read for the time being.",
    InsufficientAccess = "INSUFFICIENT_ACCESS": "The user lacks a permission.",
    InsufficientAccessOnCrossReferenceEntity = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "The user may not use the record that a lookup names.",
    InsufficientAccessOrReadonly = "INSUFFICIENT_ACCESS_OR_READONLY": "The user may not change the record.",
    InvalidBatch = "INVALIDBATCH": "The data of a bulk job are not acceptable.",
    InvalidEntity = "INVALIDENTITY": "The Bulk APIs do not know the object.",
    InvalidJob = "INVALIDJOB": "A bulk job is not described as it must be.",
    InvalidJobState = "INVALIDJOBSTATE": "The state of a bulk job forbids the call.",
    InvalidOperation = "INVALIDOPERATION": "There is no such operation of bulk jobs.",
    InvalidApiInput = "INVALID_API_INPUT": "The input of a revenue API is not acceptable.",
    InvalidAuthHeader = "INVALID_AUTH_HEADER": "The Authorization header has an unknown form.",
    InvalidCrossReferenceKey = "INVALID_CROSS_REFERENCE_KEY": "A key names no record.",
    InvalidEmailAddress = "INVALID_EMAIL_ADDRESS": "The text is no e-mail address.",
    InvalidField = "INVALID_FIELD": "The object has no such field, or it may not be used so.",
    InvalidFieldForInsertUpdate = "INVALID_FIELD_FOR_INSERT_UPDATE": "The field cannot be written.",
    InvalidIdField = "INVALID_ID_FIELD": "An id of a Connect call is of another object.",
    InvalidInput = "INVALID_INPUT": "An input of an action is not acceptable.",
    InvalidLogin = "INVALID_LOGIN": "User name or password are wrong, or the user may not log in.",
    InvalidNewPassword = "INVALID_NEW_PASSWORD": "The password does not follow the policy.",
    InvalidOrNullForRestrictedPicklist = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "The value is not in a restricted picklist.",
    InvalidQueryFilterOperator = "INVALID_QUERY_FILTER_OPERATOR": "The operator does not suit the field.",
    InvalidQueryLocator = "INVALID_QUERY_LOCATOR": "The query locator is unknown or has expired.",
    InvalidQueryScope = "INVALID_QUERY_SCOPE": "The object does not support the scope of a query.",
    InvalidReplicationDate = "INVALID_REPLICATION_DATE": "The window of getDeleted or getUpdated is not acceptable.",
    InvalidSessionId = "INVALID_SESSION_ID": "The session is missing, unknown or expired.",
    InvalidStatus = "INVALID_STATUS": "The record's status forbids the operation.",
    InvalidType = "INVALID_TYPE": "There is no such object.",
    InvalidTypeForOperation = "INVALID_TYPE_FOR_OPERATION": "The object does not support the operation.",
    InvalidTypeOnFieldInRecord = "INVALID_TYPE_ON_FIELD_IN_RECORD": "A value is not of its field's type.",
    JsonParserError = "JSON_PARSER_ERROR": "The body is not the JSON that the call expects.",
    LimitExceeded = "LIMIT_EXCEEDED": "A limit of the call is exceeded.",
    MalformedId = "MALFORMED_ID": "The text is not an id, or not of this object.",
    MalformedQuery = "MALFORMED_QUERY": "The query cannot be understood.",
    MalformedSearch = "MALFORMED_SEARCH": "The search cannot be understood.",
    MethodNotAllowed = "METHOD_NOT_ALLOWED": "The resource does not know the method.",
    MissingArgument = "MISSING_ARGUMENT": "A call lacks what it needs, such as the id of a record.",
    NoApplicableProcess = "NO_APPLICABLE_PROCESS": "No approval process fits the record.",
    NotFound = "NOT_FOUND": "The resource does not exist.",
    NotModelled = "MOCKORG_NOT_MODELLED": "The platform has this, mockorg does not; never answered by a real org.",
    NumberOutsideValidRange = "NUMBER_OUTSIDE_VALID_RANGE": "The number is too large or too small.",
    ProcessingHalted = "PROCESSING_HALTED": "Another subrequest failed, or a reference leads to nothing.",
    QueryTimeout = "QUERY_TIMEOUT": "The query would run for too long.",
    QueryTooComplicated = "QUERY_TOO_COMPLICATED": "The query is nested too deeply.",
    RequestLimitExceeded = "REQUEST_LIMIT_EXCEEDED": "The daily API requests are used up.",
    RequiredFieldMissing = "REQUIRED_FIELD_MISSING": "A required field has no value.",
    ServerUnavailable = "SERVER_UNAVAILABLE": "The platform cannot answer for the time being.",
    StandardPriceNotDefined = "STANDARD_PRICE_NOT_DEFINED": "A price book entry needs a standard price first.",
    StorageLimitExceeded = "STORAGE_LIMIT_EXCEEDED": "The data storage of the org is full.",
    StringTooLong = "STRING_TOO_LONG": "The text is longer than its field.",
    TxnSecurityMeteringError = "TXN_SECURITY_METERING_ERROR": "The policies of transaction security took too long.",
    UnableToLockRow = "UNABLE_TO_LOCK_ROW": "Somebody else is changing the record.",
    UnknownException = "UNKNOWN_EXCEPTION": "The platform failed.",
    UnsupportedApiVersion = "UNSUPPORTED_API_VERSION": "SOAP was called with a version that is not live.",
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE": "The Content-Type is not supported.",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which layer of the platform raises an error; the layer decides the members of the answer and their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorLayer {
    /// The resource layer: `errorCode`, `message`.
    Resource,
    /// Query and API exceptions: `message`, `errorCode`.
    Exception,
    /// Data manipulation of one record: `message`, `errorCode`, `fields`.
    Dml,
}

/// An error in the platform's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {}", message.as_deref().unwrap_or("null"))]
pub struct ApiError {
    /// The code.
    pub code: ErrorCode,
    /// The message; a few answers of the platform carry null.
    pub message: Option<Box<str>>,
    /// The offending fields, of data manipulation only.
    pub fields: Vec<Box<str>>,
    /// The layer that raises it.
    pub layer: ErrorLayer,
    /// Whether the addressed record itself is meant, not one that a lookup names; decides between 404 and 400.
    pub on_row: bool,
    /// What a few errors tell besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<ErrorDetails>>,
}

/// What a few errors tell besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetails {
    /// The further errors of the same record, as of several validation rules.
    pub others: Vec<ApiError>,
    /// What a duplicate rule found.
    pub duplicates: Option<DuplicateResult>,
    /// The status with which a shell answers, where it is not the one that the code has: that of a fault on purpose.
    #[serde(default)]
    pub status: Option<u16>,
}

/// How the message of `MOCKORG_NOT_MODELLED` begins; the feature follows.
const NOT_MODELLED: &str = "mockorg does not model ";

impl ApiError {
    /// What is not modelled, when that is what the error says.
    #[must_use]
    pub fn unmodelled_feature(&self) -> Option<&str> {
        (self.code == ErrorCode::NotModelled).then(|| self.message.as_deref()?.strip_prefix(NOT_MODELLED))?
    }

    /// An error of the resource layer.
    pub fn resource(code: ErrorCode, message: impl Into<Box<str>>) -> Self {
        Self {
            code,
            message: Some(message.into()),
            fields: Vec::new(),
            layer: ErrorLayer::Resource,
            on_row: false,
            details: None,
        }
    }

    /// A query or API exception.
    pub fn exception(code: ErrorCode, message: impl Into<Box<str>>) -> Self {
        Self { layer: ErrorLayer::Exception, ..Self::resource(code, message) }
    }

    /// An error of data manipulation; `fields` may be empty.
    pub fn dml<F: Into<Box<str>>>(
        code: ErrorCode,
        message: impl Into<Box<str>>,
        fields: impl IntoIterator<Item = F>,
    ) -> Self {
        let fields = fields.into_iter().map(Into::into).collect();
        Self { layer: ErrorLayer::Dml, fields, ..Self::resource(code, message) }
    }

    /// `NOT_FOUND`: the resource does not exist.
    #[must_use]
    pub fn not_found() -> Self {
        Self::resource(ErrorCode::NotFound, "The requested resource does not exist")
    }

    /// `INSUFFICIENT_ACCESS`: the user lacks a permission.
    #[must_use]
    pub(crate) fn no_access() -> Self {
        Self::resource(
            ErrorCode::InsufficientAccess,
            "You do not have the level of access necessary to perform the operation you requested. Please \
             contact the owner of the record or your administrator if access is necessary.",
        )
    }

    /// `INVALID_SESSION_ID`: the session is missing, unknown or expired.
    #[must_use]
    pub fn invalid_session() -> Self {
        Self::exception(ErrorCode::InvalidSessionId, "Session expired or invalid")
    }

    /// `MOCKORG_NOT_MODELLED`: the platform could answer this, mockorg cannot. `what` names the feature.
    pub fn not_modelled(what: impl fmt::Display) -> Self {
        Self::exception(ErrorCode::NotModelled, format!("{NOT_MODELLED}{what}"))
    }

    /// Several errors of one record as one; none without any.
    #[must_use]
    pub(crate) fn all(errors: Vec<Self>) -> Option<Self> {
        let mut errors = errors.into_iter();
        let first = errors.next()?;
        let others: Vec<Self> = errors.collect();
        if others.is_empty() {
            return Some(first);
        }
        Some(Self { details: Some(Box::new(ErrorDetails { others, ..ErrorDetails::default() })), ..first })
    }

    /// The same error with what a duplicate rule found.
    #[must_use]
    pub(crate) fn with_duplicates(self, duplicates: DuplicateResult) -> Self {
        let details = ErrorDetails { duplicates: Some(duplicates), ..ErrorDetails::default() };
        Self { details: Some(Box::new(details)), ..self }
    }

    /// The same error under a status of its own.
    #[must_use]
    pub(crate) fn with_status(self, status: u16) -> Self {
        let details = ErrorDetails { status: Some(status), ..ErrorDetails::default() };
        Self { details: Some(Box::new(details)), ..self }
    }

    /// The status with which a shell answers, where it is not the one that the code has.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.details.as_ref()?.status
    }

    /// This error, and the further ones of the same record.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.details.iter().flat_map(|details| &details.others))
    }

    /// What a duplicate rule found.
    #[must_use]
    pub fn duplicates(&self) -> Option<&DuplicateResult> {
        self.details.as_ref()?.duplicates.as_ref()
    }

    /// The same error, said of the addressed record itself.
    #[must_use]
    pub fn on_row(self) -> Self {
        Self { on_row: true, ..self }
    }
}

/// The refusal of a token request: one object instead of an array.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthError {
    /// The error, such as `invalid_grant`.
    pub error: Box<str>,
    /// What is wrong, such as `authentication failure`.
    pub description: Box<str>,
}

impl OAuthError {
    /// Composes a refusal.
    #[must_use]
    pub fn new(error: &str, description: &str) -> Self {
        Self { error: error.into(), description: description.into() }
    }
}
