//! Forms groups a chunk at a time: key values become small numbers, and groups are found by those.

use std::collections::BTreeMap;

use super::{
    aggregates::{Accumulator, Distinct},
    groups::{Group, GroupKey, GroupPlan, is_rolled},
    operand::Operand,
    path::Steps,
    vector::Span,
};
use crate::{
    Value, ValueRef,
    record::{Bits, CHUNK_ROWS, Column, Data},
};

/// The number of a key that is rolled up.
const ROLLED: u32 = u32::MAX;

/// Groups that are being formed.
pub(super) struct Forming<'p> {
    plan: &'p GroupPlan,
    masks: Vec<u32>,
    keys: Vec<Numbers>,
    groups: Vec<Unfinished>,
    /// Groups by the numbers of their keys.
    by_numbers: BTreeMap<Box<[u32]>, usize>,
    /// For a single plain key, groups by its number: the usual case, without a search.
    by_number: Vec<Option<usize>>,
}

/// A group on its way.
struct Unfinished {
    mask: u32,
    numbers: Box<[u32]>,
    aggregates: Vec<Accumulator>,
}

/// The values of one key, numbered as they come.
#[derive(Default)]
struct Numbers {
    known: BTreeMap<Distinct, u32>,
    /// Each value as it was first seen.
    values: Vec<Value>,
}

impl<'p> Forming<'p> {
    pub(super) fn new(plan: &'p GroupPlan) -> Self {
        Self {
            plan,
            masks: plan.masks(),
            keys: plan.keys.iter().map(|_| Numbers::default()).collect(),
            groups: Vec::new(),
            by_numbers: BTreeMap::new(),
            by_number: Vec::new(),
        }
    }

    /// Takes the rows of a chunk.
    pub(super) fn add(&mut self, span: Span<'_>, rows: &Bits) {
        let numbered: Vec<Vec<u32>> = self
            .plan
            .keys
            .iter()
            .zip(&mut self.keys)
            .map(|(key, numbers)| numbers.of_rows(key, span, rows))
            .collect();
        let inputs: Vec<Input<'_>> =
            self.plan.aggregates.iter().map(|aggregate| Input::of(&aggregate.of, span)).collect();
        // The mask of rolled up keys, then the numbers.
        let mut place = vec![0; 1 + numbered.len()];
        for position in rows.iter() {
            for mask in 0..self.masks.len() {
                let mask = self.masks[mask];
                place[0] = mask;
                for (index, numbers) in numbered.iter().enumerate() {
                    place[1 + index] = if is_rolled(mask, index) { ROLLED } else { numbers[position] };
                }
                let group = self.group(&place);
                let accumulators = &mut self.groups[group].aggregates;
                for ((aggregate, input), accumulator) in
                    self.plan.aggregates.iter().zip(&inputs).zip(accumulators)
                {
                    input.with(span, position, |value| accumulator.add(aggregate, value));
                }
            }
        }
    }

    /// The group at a place: the mask of rolled up keys, then the numbers of the keys.
    pub(super) fn group(&mut self, place: &[u32]) -> usize {
        let single = match place {
            [0, number] => Some(*number as usize),
            _ => None,
        };
        let known = match single {
            Some(number) => self.by_number.get(number).copied().flatten(),
            None => self.by_numbers.get(place).copied(),
        };
        if let Some(group) = known {
            return group;
        }
        let group = self.groups.len();
        match single {
            Some(number) => {
                if self.by_number.len() <= number {
                    self.by_number.resize(number + 1, None);
                }
                self.by_number[number] = Some(group);
            }
            None => {
                self.by_numbers.insert(place.into(), group);
            }
        }
        let (mask, numbers) = place.split_first().map_or((0, [].as_slice()), |(mask, rest)| (*mask, rest));
        self.groups.push(Unfinished { mask, numbers: numbers.into(), aggregates: self.plan.accumulators() });
        group
    }

    /// The groups, in the order in which they came up.
    pub(super) fn finish(self) -> Vec<Group> {
        let Self { plan, keys, groups, .. } = self;
        groups
            .into_iter()
            .map(|group| {
                let key = |(numbers, number): (&Numbers, &u32)| {
                    numbers.values.get(*number as usize).cloned().unwrap_or_default()
                };
                let mut values: Vec<Value> = keys.iter().zip(&group.numbers).map(key).collect();
                let aggregates = plan.aggregates.iter().zip(group.aggregates);
                values.extend(aggregates.map(|(aggregate, accumulator)| accumulator.finish(aggregate.kind)));
                Group { values, rolled: group.mask }
            })
            .collect()
    }
}

impl Numbers {
    /// The numbers of the key's values, by position.
    fn of_rows(&mut self, key: &GroupKey, span: Span<'_>, rows: &Bits) -> Vec<u32> {
        let mut numbers = vec![0; CHUNK_ROWS];
        let input = Input::of(&key.of, span);
        if let Input::Column(Some(column)) = &input
            && let Data::Choice(texts) = column.data()
        {
            // Each distinct text is numbered once.
            let mut by_code: Vec<Option<u32>> = vec![None; texts.texts().len()];
            for position in rows.iter() {
                let code = usize::from(texts.code(position));
                let known = by_code.get(code).copied().flatten().filter(|_| column.valid().get(position));
                numbers[position] = known.unwrap_or_else(|| {
                    let number = self.number(key, column.value(position));
                    if column.valid().get(position)
                        && let Some(place) = by_code.get_mut(code)
                    {
                        *place = Some(number);
                    }
                    number
                });
            }
            return numbers;
        }
        for position in rows.iter() {
            input.with(span, position, |value| numbers[position] = self.number(key, value));
        }
        numbers
    }

    fn number(&mut self, key: &GroupKey, value: ValueRef<'_>) -> u32 {
        let distinct = Distinct::of(key.comparer, value);
        if let Some(number) = self.known.get(&distinct) {
            return *number;
        }
        // There are fewer values than rows, and fewer rows than numbers.
        let number = self.values.len() as u32;
        self.known.insert(distinct, number);
        self.values.push(value.to_value());
        number
    }
}

/// Where the values of a key or aggregate come from in one chunk.
enum Input<'a> {
    /// From a stored column; `None` when all is null.
    Column(Option<&'a Column>),
    /// From each record.
    Record(&'a Operand),
}

impl<'a> Input<'a> {
    fn of(operand: &'a Operand, span: Span<'a>) -> Self {
        match operand.steps().and_then(Steps::own_slot) {
            Some(slot) if span.is_stored(slot) => Self::Column(span.chunk.column(slot)),
            _ => Self::Record(operand),
        }
    }

    /// Hands the value of a row over.
    fn with<T>(&self, span: Span<'_>, position: usize, take: impl FnOnce(ValueRef<'_>) -> T) -> T {
        match self {
            Self::Column(Some(column)) => take(column.value(position)),
            Self::Column(None) => take(ValueRef::Null),
            Self::Record(operand) => {
                let record = span.chunk.view(span.object, position);
                take(operand.value(span.reader.reading(record)).as_ref())
            }
        }
    }
}
