//! What several tests share.

pub(crate) mod exchange;
pub(crate) mod own_schemas;
pub(crate) mod validated;
