using Duramen.Core.Ids;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <summary>Where the next append to a log goes.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Position">The position in it, in bytes.</param>
/// <param name="End">The offset.</param>
internal readonly record struct LogCursor(Segment Segment, uint Position, Offset End);
