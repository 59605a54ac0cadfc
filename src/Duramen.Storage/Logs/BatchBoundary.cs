using Duramen.Core.Ids;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <summary>A place between two batches.</summary>
/// <param name="End">The offset there.</param>
/// <param name="Kept">The state of the segment if it ended there.</param>
internal readonly record struct BatchBoundary(Offset End, SegmentState Kept);
