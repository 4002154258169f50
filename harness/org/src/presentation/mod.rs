//! What users see around records: ids of what definitions declare, and list views.

mod list_view;
mod metadata_id;

pub use list_view::ListView;
