//! Quasi-Poisson regression with the logarithm as link, by iteratively reweighted least squares.

/// A fitted regression.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// The coefficients.
    pub beta: Vec<f64>,
    /// Their covariance in units of the dispersion.
    pub covariance: Vec<Vec<f64>>,
    /// The fitted means.
    pub means: Vec<f64>,
    /// Pearson's χ² over the degrees of freedom.
    pub dispersion: f64,
    /// Degrees of freedom.
    pub freedom: f64,
}

impl Fit {
    /// Fits `counts` on the rows of `design`, each weighted by `weights`. `None` when there are not more rows than
    /// coefficients or the design does not determine them.
    pub fn new(design: &[Vec<f64>], counts: &[f64], weights: &[f64]) -> Option<Self> {
        let (n, k) = (design.len(), design.first()?.len());
        if n <= k {
            return None;
        }
        let start = |y: &f64| (y + 0.1).ln();
        let mut eta: Vec<f64> = counts.iter().map(start).collect();
        let mut beta = vec![0.0; k];
        let mut deviance = f64::INFINITY;
        for _ in 0..50 {
            let mut left = vec![vec![0.0; k]; k];
            let mut right = vec![0.0; k];
            for i in 0..n {
                let mu = eta[i].exp();
                let w = weights[i] * mu;
                let z = eta[i] + (counts[i] - mu) / mu;
                for a in 0..k {
                    right[a] += w * design[i][a] * z;
                    for b in 0..=a {
                        left[a][b] += w * design[i][a] * design[i][b];
                    }
                }
            }
            // A weekday without a single event has no finite coefficient; this keeps it large and finite.
            (0..k).for_each(|a| left[a][a] += 1e-9);
            let factor = cholesky(left)?;
            beta = solve(&factor, &right);
            for i in 0..n {
                eta[i] = dot(&design[i], &beta).clamp(-20.0, 20.0);
            }
            let now = deviance_of(counts, &eta, weights);
            if !now.is_finite() {
                return None;
            }
            if (deviance - now).abs() < 1e-10 * (now.abs() + 0.1) {
                let means: Vec<f64> = eta.iter().map(|eta| eta.exp()).collect();
                let freedom = (n - k) as f64;
                let pearson: f64 =
                    (0..n).map(|i| weights[i] * (counts[i] - means[i]).powi(2) / means[i]).sum();
                return Some(Self {
                    beta,
                    covariance: inverse(&factor),
                    means,
                    dispersion: pearson / freedom,
                    freedom,
                });
            }
            deviance = now;
        }
        None
    }

    /// Fits twice: after the first time, rows far above their mean weigh less, so that an outbreak of the past does not
    /// raise what is expected (Noufaily et al. 2013: Anscombe residuals above 2.58).
    pub fn reweighted(design: &[Vec<f64>], counts: &[f64]) -> Option<Self> {
        let ones = vec![1.0; counts.len()];
        let first = Self::new(design, counts, &ones)?;
        let phi = first.dispersion.max(1.0);
        let residual = |i: usize| {
            let mu = first.means[i];
            let leverage = (mu * quadratic(&first.covariance, &design[i])).min(0.99);
            let anscombe = 1.5 * (counts[i].powf(2.0 / 3.0) * mu.powf(-1.0 / 6.0) - mu.sqrt());
            anscombe / (phi * (1.0 - leverage)).sqrt()
        };
        let raw: Vec<f64> = (0..counts.len())
            .map(|i| {
                let s = residual(i);
                if s > 2.58 { 1.0 / (s * s) } else { 1.0 }
            })
            .collect();
        let scale = raw.len() as f64 / raw.iter().sum::<f64>();
        let weights: Vec<f64> = raw.iter().map(|w| w * scale).collect();
        let Some(mut fit) = Self::new(design, counts, &weights) else { return Some(first) };
        // Days that weigh less would make the dispersion too small: it is taken of all days, each square of a residual
        // bounded at 3.5 deviations so that an outbreak does not make it too large.
        let most = 12.25 * fit.dispersion.max(1.0);
        let square = |(y, mu): (&f64, &f64)| ((y - mu).powi(2) / mu).min(most);
        let squares: f64 = counts.iter().zip(&fit.means).map(square).sum();
        fit.dispersion = fit.dispersion.max(squares / fit.freedom);
        Some(fit)
    }

    /// The sum of the means at `rows`, and the variance of that sum from the coefficients, in units of the dispersion.
    pub fn predict(&self, rows: &[Vec<f64>]) -> (f64, f64) {
        let mut sum = 0.0;
        let mut gradient = vec![0.0; self.beta.len()];
        for row in rows {
            let mu = dot(row, &self.beta).clamp(-20.0, 20.0).exp();
            sum += mu;
            gradient.iter_mut().zip(row).for_each(|(g, x)| *g += mu * x);
        }
        (sum, quadratic(&self.covariance, &gradient))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn quadratic(matrix: &[Vec<f64>], x: &[f64]) -> f64 {
    matrix.iter().zip(x).map(|(row, xi)| xi * dot(row, x)).sum()
}

fn deviance_of(counts: &[f64], eta: &[f64], weights: &[f64]) -> f64 {
    let term = |y: f64, eta: f64| if y > 0.0 { y * (y.ln() - eta) } else { 0.0 } - (y - eta.exp());
    2.0 * (0..counts.len()).map(|i| weights[i] * term(counts[i], eta[i])).sum::<f64>()
}

/// The lower Cholesky factor; only the lower half of `m` is read. `None` when it is not positive definite.
fn cholesky(mut m: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    for a in 0..m.len() {
        for b in 0..=a {
            let rest = m[a][b] - (0..b).map(|c| m[a][c] * m[b][c]).sum::<f64>();
            if a == b {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                m[a][a] = rest.sqrt();
            } else {
                m[a][b] = rest / m[b][b];
            }
        }
    }
    Some(m)
}

fn solve(factor: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let k = right.len();
    let mut x = right.to_vec();
    for a in 0..k {
        x[a] = (x[a] - (0..a).map(|c| factor[a][c] * x[c]).sum::<f64>()) / factor[a][a];
    }
    for a in (0..k).rev() {
        x[a] = (x[a] - (a + 1..k).map(|c| factor[c][a] * x[c]).sum::<f64>()) / factor[a][a];
    }
    x
}

fn inverse(factor: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = factor.len();
    let unit = |a: usize| (0..k).map(|b| if a == b { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    (0..k).map(|a| solve(factor, &unit(a))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dobsons_counts_give_the_published_coefficients() {
        // Dobson 1990, p. 93, as in R's `?glm`: counts by outcome (3) and treatment (3).
        let counts = [18.0, 17.0, 15.0, 20.0, 10.0, 20.0, 25.0, 13.0, 12.0];
        let is = |yes: bool| f64::from(u8::from(yes));
        let design: Vec<Vec<f64>> = (0..9)
            .map(|i| vec![1.0, is(i % 3 == 1), is(i % 3 == 2), is(i / 3 == 1), is(i / 3 == 2)])
            .collect();
        let fit = Fit::new(&design, &counts, &[1.0; 9]).unwrap();
        for (found, known) in fit.beta.iter().zip([3.044_522, -0.454_255_3, -0.292_987_1, 0.0, 0.0]) {
            assert!((found - known).abs() < 1e-6, "{:?}", fit.beta);
        }
        for (a, known) in [0.170_9, 0.202_2, 0.192_7, 0.2, 0.2].into_iter().enumerate() {
            assert!(
                (fit.covariance[a][a].sqrt() - known).abs() < 6e-5,
                "{a}: {}",
                fit.covariance[a][a].sqrt()
            );
        }
        // R: dispersion for quasipoisson taken to be 1.2933, on 4 degrees of freedom.
        assert!((fit.dispersion - 1.2933).abs() < 5e-5 && fit.freedom == 4.0, "{}", fit.dispersion);
    }

    #[test]
    fn an_outbreak_of_the_past_weighs_less() {
        let design: Vec<Vec<f64>> = (0..60).map(|_| vec![1.0]).collect();
        let mut counts: Vec<f64> = (0..60).map(|i| 10.0 + f64::from(i % 5) - 2.0).collect();
        counts[30] = 80.0;
        let plain = Fit::new(&design, &counts, &[1.0; 60]).unwrap();
        let weighed = Fit::reweighted(&design, &counts).unwrap();
        assert!(
            (plain.means[0] - 11.2).abs() < 1e-3 && (weighed.means[0] - 10.0).abs() < 0.3,
            "{}",
            weighed.means[0]
        );
        assert!(weighed.dispersion < plain.dispersion / 3.0, "{} {}", weighed.dispersion, plain.dispersion);
    }

    #[test]
    fn what_cannot_be_fitted_is_none() {
        let same: Vec<Vec<f64>> = (0..9).map(|_| vec![1.0, 2.0]).collect();
        assert!(Fit::new(&same[..2], &[1.0, 2.0], &[1.0; 2]).is_none());
        let zero = Fit::new(&same.iter().map(|r| r[..1].to_vec()).collect::<Vec<_>>(), &[0.0; 9], &[1.0; 9]);
        assert!(zero.is_none_or(|fit| fit.means[0] < 1e-6));
    }
}
