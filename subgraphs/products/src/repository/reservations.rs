//! Stock that orders hold. Each command is one transaction: first the order's row, then the stock of each product in
//! the order of ids, so that no two of them wait for each other.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kit::{Clock, Database, Result, database::is_unique};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait as _, sea_query::Expr,
};

use super::{Outcome, products, row, stock};
use crate::{
    domain::{
        OrderId, ProductId, Reservation, ReservationState,
        offer::{self, Obstacle, Offer},
        reservation::{Line, Refusal, ReserveStep, Wanted},
    },
    entity::{
        reservation::{Column, Entity},
        reservation_line, stock as stock_row,
    },
};

/// What an order wants to hold.
#[derive(Clone, Debug)]
pub struct Request {
    /// The order.
    pub order: OrderId,
    /// The number of this attempt, from 1.
    pub attempt: i32,
    /// One line per product.
    pub lines: Vec<Wanted>,
    /// Until when the order wants it.
    pub expires_at: DateTime<Utc>,
}

/// Why nothing is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The order's reservation does not allow it.
    Order(Refusal),
    /// Not all lines can be had, for these reasons.
    Lines(Vec<Obstacle>),
}

/// What there is of wanted things at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// Those that are on sale.
    pub offers: Vec<Offer>,
    /// Why not all of them can be had.
    pub obstacles: Vec<Obstacle>,
}

/// How often a reservation is tried that fails for reasons which are gone a moment later.
const TRIES: usize = 5;

/// What there is of these things, without holding any.
pub async fn quote(connection: &impl ConnectionTrait, wanted: &[Wanted]) -> Result<Quote> {
    let ids: Vec<ProductId> = wanted.iter().map(|line| line.product).collect();
    let products = products::by_ids(connection, &ids).await?;
    let stocks = stock::of_products(connection, &ids).await?;
    let offers = offer::offers(wanted, &products, &stocks);
    let obstacles = offer::obstacles(wanted, &offers);
    Ok(Quote { offers, obstacles })
}

/// Holds the stock for all lines, or for none.
pub async fn reserve(database: &Database, clock: &Clock, request: &Request) -> Outcome<Reservation, Refused> {
    for _ in 0..TRIES {
        match try_reserve(database, clock, request).await? {
            Tried::Held(reservation) => return Ok(Ok(reservation)),
            Tried::Refused(refusal) => return Ok(Err(Refused::Order(refusal))),
            // Another request wrote the order's row first: now it is there to be read.
            Tried::Overtaken => {}
            Tried::Short => {
                let obstacles = quote(database.connection(), &request.lines).await?.obstacles;
                if !obstacles.is_empty() {
                    return Ok(Err(Refused::Lines(obstacles)));
                }
            }
        }
    }
    Err(kit::Failure::unavailable("products"))
}

/// What became of one try to hold.
enum Tried {
    Held(Reservation),
    Refused(Refusal),
    Overtaken,
    Short,
}

async fn try_reserve(database: &Database, clock: &Clock, request: &Request) -> Result<Tried> {
    let transaction = database.begin_write().await?;
    let known = locked(&transaction, request.order).await?;
    match known.as_ref().map(|known| known.on_reserve(request.attempt, &request.lines)) {
        Some(Err(refusal)) => return Ok(Tried::Refused(refusal)),
        Some(Ok(ReserveStep::Repeat)) => return Ok(known.map_or(Tried::Overtaken, Tried::Held)),
        Some(Ok(ReserveStep::Hold)) | None => {}
    }
    let ids: Vec<ProductId> = request.lines.iter().map(|line| line.product).collect();
    let products = products::by_ids(&transaction, &ids).await?;
    let Some(lines) = offer::lines(&request.lines, &products) else {
        transaction.rollback().await?;
        return Ok(Tried::Short);
    };
    let reservation = Reservation {
        order: request.order,
        state: ReservationState::Held,
        attempt: request.attempt,
        expires_at: request.expires_at,
        lines,
    };
    let written = match known {
        None => insert(&transaction, &reservation, clock.now()).await?,
        Some(_) => hold_again(&transaction, &reservation, clock.now()).await.map(|()| true)?,
    };
    if !written {
        return Ok(Tried::Overtaken);
    }
    if !take(&transaction, &request.lines).await? {
        transaction.rollback().await?;
        return Ok(Tried::Short);
    }
    let rows = row::line_rows(&reservation).into_iter().map(|line| line.into_active_model().reset_all());
    reservation_line::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(Tried::Held(reservation))
}

/// Frees what attempts up to `attempt` hold. For an order that is not known it leaves a mark, which a reserve that
/// comes too late will meet.
pub async fn release(
    database: &Database,
    clock: &Clock,
    order: OrderId,
    attempt: i32,
) -> Outcome<Reservation, Refusal> {
    loop {
        let transaction = database.begin_write().await?;
        let Some(mut reservation) = locked(&transaction, order).await? else {
            let now = clock.now();
            let state = ReservationState::Released;
            let mark = Reservation { order, state, attempt, expires_at: now, lines: Vec::new() };
            if insert(&transaction, &mark, now).await? {
                transaction.commit().await?;
                return Ok(Ok(mark));
            }
            continue;
        };
        match reservation.on_release(attempt) {
            Err(refusal) => return Ok(Err(refusal)),
            Ok(false) => return Ok(Ok(reservation)),
            Ok(true) => {}
        }
        settle(&transaction, &mut reservation, ReservationState::Released, clock.now()).await?;
        transaction.commit().await?;
        return Ok(Ok(reservation));
    }
}

/// Lets what is held leave the shelf. The inner `None`: nothing is known of the order.
pub async fn consume(database: &Database, clock: &Clock, order: OrderId) -> Outcome<Option<Reservation>, Refusal> {
    let transaction = database.begin_write().await?;
    let Some(mut reservation) = locked(&transaction, order).await? else { return Ok(Ok(None)) };
    match reservation.on_consume() {
        Err(refusal) => return Ok(Err(refusal)),
        Ok(false) => return Ok(Ok(Some(reservation))),
        Ok(true) => {}
    }
    settle(&transaction, &mut reservation, ReservationState::Consumed, clock.now()).await?;
    transaction.commit().await?;
    Ok(Ok(Some(reservation)))
}

/// Puts back on the shelf, held, what was consumed for a sale that there is not. `None`: nothing is known of the order.
pub async fn undo_consume(database: &Database, clock: &Clock, order: OrderId) -> Result<Option<Reservation>> {
    let transaction = database.begin_write().await?;
    let Some(mut reservation) = locked(&transaction, order).await? else { return Ok(None) };
    if reservation.on_undo_consume() {
        settle(&transaction, &mut reservation, ReservationState::Held, clock.now()).await?;
        transaction.commit().await?;
    }
    Ok(Some(reservation))
}

/// Which reservations a page is of. Nothing set: all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of these orders.
    pub orders: Option<Vec<OrderId>>,
    /// Only those in one of these states.
    pub states: Option<Vec<ReservationState>>,
    /// Only those that their orders wanted until before this moment.
    pub expired_before: Option<DateTime<Utc>>,
}

/// At most `limit` reservations behind that of the order `after`, in the order of the orders' ids.
pub async fn page(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<Reservation>> {
    let states = filter.states.as_ref().map(|states| states.iter().map(|state| state.as_str()).collect::<Vec<_>>());
    let rows = Entity::find()
        .apply_if(filter.orders.as_ref(), |rows, orders| rows.filter(Column::OrderId.is_in(orders.iter().copied())))
        .apply_if(states, |rows, states| rows.filter(Column::State.is_in(states)))
        .apply_if(filter.expired_before, |rows, time| rows.filter(Column::ExpiresAt.lt(time)))
        .apply_if(after, |rows, after| rows.filter(Column::OrderId.gt(after)))
        .order_by_asc(Column::OrderId)
        .limit(limit)
        .all(connection)
        .await?;
    let mut lines: HashMap<OrderId, Vec<reservation_line::Model>> = HashMap::new();
    let of_page = reservation_line::Column::OrderId.is_in(rows.iter().map(|row| row.order_id));
    let found = reservation_line::Entity::find().filter(of_page).order_by_asc(reservation_line::Column::Position);
    for line in found.all(connection).await? {
        lines.entry(line.order_id).or_default().push(line);
    }
    rows.iter().map(|row| row::reservation(row, lines.remove(&row.order_id).unwrap_or_default())).collect()
}

/// What is known of the order, kept from everybody else until the transaction ends.
async fn locked(connection: &impl ConnectionTrait, order: OrderId) -> Result<Option<Reservation>> {
    let Some(row) = Entity::find_by_id(order).lock_exclusive().one(connection).await? else { return Ok(None) };
    let lines = reservation_line::Entity::find()
        .filter(reservation_line::Column::OrderId.eq(order))
        .order_by_asc(reservation_line::Column::Position)
        .all(connection)
        .await?;
    row::reservation(&row, lines).map(Some)
}

/// Writes the order's row; `false` where somebody else did so first.
async fn insert(connection: &impl ConnectionTrait, reservation: &Reservation, now: DateTime<Utc>) -> Result<bool> {
    let row = row::reservation_row(reservation, now).into_active_model().reset_all();
    match Entity::insert(row).exec_without_returning(connection).await {
        Ok(_) => Ok(true),
        Err(error) if is_unique(&error, "reservations_pkey", "reservations.order_id") => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Back from RELEASED to HELD, with new lines.
async fn hold_again(connection: &impl ConnectionTrait, reservation: &Reservation, now: DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::val(reservation.state.as_str()))
        .col_expr(Column::Attempt, Expr::val(reservation.attempt))
        .col_expr(Column::ExpiresAt, Expr::val(reservation.expires_at))
        .col_expr(Column::UpdatedAt, Expr::val(now))
        .filter(Column::OrderId.eq(reservation.order))
        .exec(connection)
        .await?;
    let lines = reservation_line::Column::OrderId.eq(reservation.order);
    reservation_line::Entity::delete_many().filter(lines).exec(connection).await?;
    Ok(())
}

/// One statement per product, in the order of ids, no read first. `false`: there is too little of one.
async fn take(connection: &impl ConnectionTrait, wanted: &[Wanted]) -> Result<bool> {
    let mut in_order: Vec<&Wanted> = wanted.iter().collect();
    in_order.sort_by_key(|line| line.product);
    for line in in_order {
        let free = Expr::col(stock_row::Column::OnHand).sub(Expr::col(stock_row::Column::Reserved));
        let done = stock_row::Entity::update_many()
            .col_expr(stock_row::Column::Reserved, Expr::col(stock_row::Column::Reserved).add(line.quantity))
            .filter(stock_row::Column::ProductId.eq(line.product))
            .filter(free.gte(line.quantity))
            .exec(connection)
            .await?;
        if done.rows_affected == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// From HELD to its end, or from CONSUMED back to HELD, and the stock with it.
async fn settle(
    connection: &impl ConnectionTrait,
    reservation: &mut Reservation,
    end: ReservationState,
    now: DateTime<Utc>,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::val(end.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(now))
        .filter(Column::OrderId.eq(reservation.order))
        .exec(connection)
        .await?;
    let mut in_order: Vec<&Line> = reservation.lines.iter().collect();
    in_order.sort_by_key(|line| line.product);
    for line in in_order {
        let quantity = if end == ReservationState::Held { -line.quantity } else { line.quantity };
        let less = |column: stock_row::Column| Expr::col(column).sub(quantity);
        let mut update = stock_row::Entity::update_many()
            .col_expr(stock_row::Column::Reserved, less(stock_row::Column::Reserved))
            .filter(stock_row::Column::ProductId.eq(line.product));
        if end != ReservationState::Released {
            update = update.col_expr(stock_row::Column::OnHand, less(stock_row::Column::OnHand));
        }
        update.exec(connection).await?;
    }
    reservation.state = end;
    Ok(())
}
