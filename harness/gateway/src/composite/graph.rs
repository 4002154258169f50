//! `/composite/graph`: many composite requests in one, each all or nothing, none touched by the others.

use std::collections::{BTreeMap, BTreeSet};

use mockorg_org::{ApiError, ApiVersion, ErrorCode};

use super::{
    address,
    body::{Members, parser_error},
    limit::over,
    resource::Resource,
    run::{Outcome, run, write},
    subrequest::{Subrequest, read_list},
};
use crate::{
    answer::Answer,
    exchange::{Exchange, Failure, Holding},
};

const MOST_GRAPHS: usize = 75;
const MOST_NODES: usize = 500;
const DEEPEST: usize = 15;
/// How many kinds of nodes a request may have; version, method and object make a kind.
const MOST_KINDS: usize = 15;
/// How many graphs may fail until the rest is left alone.
const MOST_FAILED: usize = 14;
/// How long the identifier of a graph may be.
const LONGEST_ID: usize = 39;

struct Graph {
    id: Box<str>,
    nodes: Vec<Subrequest>,
}

/// `POST /composite/graph`.
pub(crate) fn graph(exchange: &Exchange<'_>) -> Result<Answer, Failure> {
    let mut graphs = read(exchange)?;
    let done = exchange.in_transaction(|org, now, _| {
        let holding = Holding::new(org, now);
        let mut failed = 0;
        let mut done = Vec::with_capacity(graphs.len());
        for graph in &mut graphs {
            if failed > MOST_FAILED {
                let halted = graph.nodes.iter().map(|_| Outcome::halted(exchange)).collect();
                done.push((halted, false));
                continue;
            }
            let (outcomes, successful) = run(exchange, &holding, &mut graph.nodes, true);
            failed += usize::from(!successful);
            done.push((outcomes, successful));
        }
        Ok::<_, ApiError>(done)
    })?;
    let mut writer = exchange.writer();
    writer.begin_object().name("graphs").begin_array();
    for (graph, (outcomes, successful)) in graphs.iter().zip(&done) {
        writer.begin_object().name("graphId").string(&graph.id).name("graphResponse");
        write(&mut writer, outcomes, graph.nodes.iter().map(|node| Some(&*node.reference)));
        writer.name("isSuccessful").bool(*successful).end_object();
    }
    writer.end_array().end_object();
    Ok(Answer::json(200, writer.finish()))
}

fn read(exchange: &Exchange<'_>) -> Result<Vec<Graph>, Failure> {
    let mut members = Members::of_body(exchange.record_body()?);
    let (list, at) = members.needed_list("graphs")?;
    members.end()?;
    if list.len() > MOST_GRAPHS {
        return Err(over(&format!("{MOST_GRAPHS} graphs")).into());
    }
    let mut known = BTreeSet::new();
    let mut graphs = Vec::with_capacity(list.len());
    for entry in list {
        let mut members = Members::of_entry(entry, at, "Graph")?;
        let id = members.needed_text("graphId")?;
        let (list, nodes_at) = members.needed_list("compositeRequest")?;
        members.end()?;
        if !is_graph_id(&id) {
            let message = format!(
                "The graphId '{id}' must start with a letter or a number, be shorter than 40 characters and \
                 contain no period"
            );
            return Err(parser_error(&message, at).into());
        }
        if !known.insert(id.clone()) {
            return Err(parser_error(&format!("The graphId '{id}' is used more than once"), at).into());
        }
        graphs.push(Graph { id, nodes: read_list(list, nodes_at, exchange.version)? });
    }
    check_limits(&graphs)?;
    Ok(graphs)
}

fn is_graph_id(id: &str) -> bool {
    id.len() <= LONGEST_ID && id.starts_with(|c: char| c.is_ascii_alphanumeric()) && !id.contains('.')
}

fn check_limits(graphs: &[Graph]) -> Result<(), ApiError> {
    if graphs.iter().map(|graph| graph.nodes.len()).sum::<usize>() > MOST_NODES {
        return Err(over(&format!("{MOST_NODES} nodes")));
    }
    let mut kinds = BTreeSet::new();
    for graph in graphs {
        for node in &graph.nodes {
            kinds.insert(kind(node)?);
        }
        if depth(&graph.nodes) > DEEPEST {
            return Err(over(&format!("{DEEPEST} levels of nodes in a graph")));
        }
    }
    if kinds.len() > MOST_KINDS { Err(over(&format!("{MOST_KINDS} different nodes"))) } else { Ok(()) }
}

/// What makes nodes different. A graph holds records only.
fn kind(node: &Subrequest) -> Result<(Option<ApiVersion>, Box<str>, String), ApiError> {
    let uri = address::uri(&node.url);
    let resource = uri.as_ref().and_then(|uri| Resource::of(uri.path())).filter(|own| !own.tooling);
    let named = resource.and_then(|own| Some((own.version, own.node(node.method.as_str())?)));
    match named {
        Some((version, object)) => Ok((version, node.method.as_str().into(), object.to_ascii_lowercase())),
        None => {
            let message = format!("Composite graphs don't support {} {}", node.method, node.url);
            Err(ApiError::exception(ErrorCode::InvalidInput, message))
        }
    }
}

/// The longest chain of nodes that refer to each other.
fn depth(nodes: &[Subrequest]) -> usize {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for node in nodes {
        let before = node.depends_on().iter().filter_map(|name| depths.get(&**name)).max().copied();
        depths.insert(&node.reference, before.unwrap_or(0) + 1);
    }
    depths.into_values().max().unwrap_or(0)
}
