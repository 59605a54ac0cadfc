using Duramen.Core.Ids;

namespace Duramen.State.Audit.Trails;

/// <summary>Which offsets the batch of a leaf has.</summary>
/// <param name="BaseOffset">The first.</param>
/// <param name="NextOffset">The one after the last.</param>
internal readonly record struct TrailLeaf(Offset BaseOffset, Offset NextOffset);
