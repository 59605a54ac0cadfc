using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>How far a table has folded its log, and the digest there. Tables of one log and projection that began at one offset have the same digest at the same position.</summary>
/// <param name="Position">As <see cref="Table.Position"/>.</param>
/// <param name="Digest">The digest of all versions that were put up to there.</param>
public sealed record TablePoint(Offset Position, StoreDigest Digest);
