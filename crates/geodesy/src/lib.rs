//! Where a thing is: reference systems, heights and the city frame.
