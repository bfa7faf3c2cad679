//! What a contract costs, as people write it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::dossier::PaymentMethod;

draft! {
    /// A share that is paid (LTT 27.2.c–đ).
    PaymentShareDraft {
        /// Of what: `pct_net_selling_price`, `pct_net_revenue` or `pct_pretax_profit`, which `payment_methods` name, too.
        #[schema(max_length = 40, example = "pct_net_revenue")]
        method: Option<String>,
        /// How many per cent of it: above 0, at most 100, with up to two decimals.
        #[schema(max_length = 6, example = "3.5")]
        percent: Option<String>,
    }
}

draft! {
    /// What it costs.
    MoneyDraft {
        /// The price, with up to two decimals. In another currency than đồng it is needed, unless a share is paid, or
        /// otherwise (`combined_other`).
        #[schema(max_length = 20, example = "125000.50")]
        amount: Option<String>,
        /// Its currency (ISO 4217).
        #[schema(max_length = 3, example = "USD")]
        currency: Option<String>,
        /// The same in đồng.
        #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64, example = 3_150_000_000_i64)]
        vnd_value: Option<i64>,
        /// The day of the rate; of another currency than đồng.
        #[schema(max_length = 10)]
        exchange_rate_on: Option<String>,
        /// How many đồng a unit is on that day, with up to six decimals, where the contract or the bank tells it: price times rate is then
        /// the value in đồng, to a thousand đồng.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 16, example = "25410.5")]
        exchange_rate: Option<String>,
        /// How it is paid for.
        #[schema(max_items = 10, value_type = Vec<PaymentMethod>)]
        payment_methods: Vec<String>,
        /// The percentages, one for each share that is paid (`pct_…` of `payment_methods`), where the contract tells them as numbers.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(max_items = 3)]
        shares: Vec<PaymentShareDraft>,
        /// The instalments or percentages, in words of the contract; needed where a share is paid, and where it is paid otherwise
        /// (`combined_other`) and no amount is told.
        #[schema(max_length = 2000)]
        payment_terms: Option<String>,
        /// The valuation or audit of the price, where the law asks for one.
        #[schema(max_length = 300)]
        valuation: Option<String>,
    }
}
