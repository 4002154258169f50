//! The crate as its users see it: caret blocks, tree shapes, the corpus, and laws over random input.

#[cfg(test)]
mod caret;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod outline;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod search_trees;
#[cfg(test)]
mod searches;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod trees;
