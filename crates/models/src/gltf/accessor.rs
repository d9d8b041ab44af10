//! Numbers out of buffers. Nothing is taken on trust: what does not lie within its buffer is told, and no more memory
//! is taken than the buffer has.

use super::json::{Accessor, BufferView, Document};
use crate::ModelError;
use std::borrow::Cow;

/// The most elements of an accessor that has no bytes of its own.
const MOST_ZEROS: usize = 4_000_000;

/// A document with the bytes of its buffers; a buffer that could not be had says why.
pub(crate) struct Buffers<'a> {
    pub document: &'a Document,
    pub bytes: Vec<Result<Cow<'a, [u8]>, ModelError>>,
}

impl Buffers<'_> {
    /// The bytes of a view and their distance, where that is said.
    pub fn view(&self, index: usize) -> Result<(&[u8], Option<usize>), ModelError> {
        let missing = || ModelError::damaged(format!("there is no buffer view {index}"));
        let view: &BufferView = self.document.buffer_views.get(index).ok_or_else(missing)?;
        let buffer = self.bytes.get(view.buffer);
        let buffer =
            buffer.ok_or_else(|| ModelError::damaged(format!("there is no buffer {}", view.buffer)))?;
        let buffer = buffer.as_ref().map_err(Clone::clone)?;
        let end = view.byte_offset.checked_add(view.byte_length);
        let bytes = end.and_then(|end| buffer.get(view.byte_offset..end)).ok_or_else(|| {
            ModelError::damaged(format!(
                "buffer view {index} reaches beyond the {} bytes there are",
                buffer.len()
            ))
        })?;
        Ok((bytes, view.byte_stride))
    }

    fn accessor(&self, index: usize) -> Result<&Accessor, ModelError> {
        let accessor = self.document.accessors.get(index);
        accessor.ok_or_else(|| ModelError::damaged(format!("there is no accessor {index}")))
    }

    /// How many components an element has.
    pub fn width(&self, index: usize) -> Result<usize, ModelError> {
        match self.accessor(index)?.kind.as_str() {
            "SCALAR" => Ok(1),
            "VEC2" => Ok(2),
            "VEC3" => Ok(3),
            "VEC4" => Ok(4),
            kind => Err(ModelError::damaged(format!("accessor {index} is of the type `{kind}`"))),
        }
    }

    /// The elements as numbers, `N` components each; missing components are 1, as the opacity of a colour is.
    pub fn numbers<const N: usize>(&self, index: usize) -> Result<Vec<[f32; N]>, ModelError> {
        let (accessor, width) = (self.accessor(index)?, self.width(index)?);
        let mut out = vec![[1.0; N]; 0];
        self.each(index, accessor, width, &mut |element| {
            let mut numbers = [1.0; N];
            for (n, slot) in numbers.iter_mut().enumerate().take(width) {
                *slot = number(element, n, accessor.component_type, accessor.normalized);
            }
            out.push(numbers);
        })?;
        if let Some(sparse) = &accessor.sparse {
            let size = size(index, accessor.component_type)?;
            let which = self.places(index, accessor)?;
            let (bytes, _) = self.view(sparse.values.buffer_view)?;
            let values = bytes.get(sparse.values.byte_offset..).unwrap_or_default();
            for (place, element) in which.into_iter().zip(values.chunks_exact(size * width)) {
                let slot = out.get_mut(place as usize);
                let slot = slot.ok_or_else(|| {
                    ModelError::damaged(format!("accessor {index} is sparse beyond its end"))
                })?;
                for (n, slot) in slot.iter_mut().enumerate().take(width) {
                    *slot = number(element, n, accessor.component_type, accessor.normalized);
                }
            }
        }
        Ok(out)
    }

    /// Which elements a sparse accessor names.
    fn places(&self, index: usize, accessor: &Accessor) -> Result<Vec<u32>, ModelError> {
        let Some(sparse) = &accessor.sparse else { return Ok(Vec::new()) };
        let (bytes, _) = self.view(sparse.indices.buffer_view)?;
        let size = size(index, sparse.indices.component_type)?;
        let bytes = bytes.get(sparse.indices.byte_offset..).unwrap_or_default();
        Ok(bytes
            .chunks_exact(size)
            .take(sparse.count)
            .map(|one| whole(one, sparse.indices.component_type))
            .collect())
    }

    /// The elements as whole numbers, as indices are.
    pub fn indices(&self, index: usize) -> Result<Vec<u32>, ModelError> {
        let accessor = self.accessor(index)?;
        let mut out = Vec::new();
        self.each(index, accessor, 1, &mut |element| out.push(whole(element, accessor.component_type)))?;
        Ok(out)
    }

    fn each(
        &self,
        index: usize,
        accessor: &Accessor,
        width: usize,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ModelError> {
        let size = size(index, accessor.component_type)? * width;
        let Some(view) = accessor.buffer_view else {
            if accessor.count > MOST_ZEROS {
                return Err(ModelError::damaged(format!(
                    "accessor {index} has {} elements and no bytes",
                    accessor.count
                )));
            }
            let zeros = [0; 16];
            (0..accessor.count).for_each(|_| take(&zeros[..size]));
            return Ok(());
        };
        let (bytes, stride) = self.view(view)?;
        let stride = stride.filter(|stride| *stride > 0).unwrap_or(size);
        if stride < size {
            return Err(ModelError::damaged(format!(
                "accessor {index} has elements of {size} bytes every {stride}"
            )));
        }
        let beyond = || {
            ModelError::damaged(format!(
                "accessor {index} of {} elements reaches beyond its {} bytes",
                accessor.count,
                bytes.len()
            ))
        };
        let last = accessor.count.saturating_sub(1).checked_mul(stride).ok_or_else(beyond)?;
        let end = accessor
            .byte_offset
            .checked_add(last)
            .and_then(|end| end.checked_add(size))
            .ok_or_else(beyond)?;
        if accessor.count > 0 && end > bytes.len() {
            return Err(beyond());
        }
        for n in 0..accessor.count {
            let at = accessor.byte_offset + n * stride;
            take(&bytes[at..at + size]);
        }
        Ok(())
    }
}

fn size(index: usize, component_type: u32) -> Result<usize, ModelError> {
    match component_type {
        5120 | 5121 => Ok(1),
        5122 | 5123 => Ok(2),
        5125 | 5126 => Ok(4),
        other => Err(ModelError::damaged(format!("accessor {index} has components of the type {other}"))),
    }
}

/// The `n`th component of an element whose length is right.
fn number(element: &[u8], n: usize, component_type: u32, normalized: bool) -> f32 {
    let part = |most: f32, value: f32| if normalized { (value / most).max(-1.0) } else { value };
    match component_type {
        5120 => part(127.0, f32::from(element[n] as i8)),
        5121 => part(255.0, f32::from(element[n])),
        5122 => part(32_767.0, f32::from(i16::from_le_bytes([element[2 * n], element[2 * n + 1]]))),
        5123 => part(65_535.0, f32::from(u16::from_le_bytes([element[2 * n], element[2 * n + 1]]))),
        5125 => part(u32::MAX as f32, u32_of(&element[4 * n..]) as f32),
        _ => f32::from_bits(u32_of(&element[4 * n..])),
    }
}

fn whole(element: &[u8], component_type: u32) -> u32 {
    match component_type {
        5120 | 5121 => u32::from(element[0]),
        5122 | 5123 => u32::from(u16::from_le_bytes([element[0], element[1]])),
        _ => u32_of(element),
    }
}

fn u32_of(four: &[u8]) -> u32 {
    u32::from_le_bytes([four[0], four[1], four[2], four[3]])
}
