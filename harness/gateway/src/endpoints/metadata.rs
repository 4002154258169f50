//! Endpoints of the Metadata API.

use super::answers::ERRORS;
use crate::{
    endpoint::{Auth, Endpoint, MethodRow, get, patch, post, rest, row},
    metadata,
};

/// The endpoints of the Metadata API.
pub(super) static METADATA: &[Endpoint] = &[
    row(
        "soap-metadata",
        "/services/Soap/m/{version}",
        Auth::None,
        SOAP,
        "The Metadata API over SOAP: components are described, listed, read, saved, deleted, deployed and retrieved.",
    ),
    row(
        "soap-metadata-of-org",
        "/services/Soap/m/{version}/{org}",
        Auth::None,
        SOAP,
        "The same under the address that login answers.",
    ),
    row(
        "soap-metadata-of-request",
        "/services/Soap/m/{version}/{org}/{request}",
        Auth::None,
        SOAP,
        "The same under the address of one deployment or retrieval, as some clients call it.",
    ),
    rest(
        "metadata-deployments",
        "/services/data/{version}/metadata/deployRequest",
        &[post(metadata::deploy, &[("201", "deploy-request"), ERRORS])],
        "Deploys the components of a zip archive.",
    ),
    rest(
        "metadata-deployment",
        "/services/data/{version}/metadata/deployRequest/{id}",
        &[
            get(metadata::status, &[("200", "deploy-request"), ERRORS]),
            patch(metadata::cancel, &[("202", "deploy-request"), ERRORS]),
        ],
        "How far a deployment is; stops it.",
    ),
];

const SOAP: &[MethodRow] = &[
    get(metadata::only_post, &[("405", "none")]),
    post(metadata::call, &[("200", "none"), ("500", "none")]),
];
