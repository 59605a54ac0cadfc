using Duramen.Core.Ids;

namespace Duramen.State.Replication;

/// <summary>How far a replica has got, and which state it has there.</summary>
/// <param name="Position">The state is that after every record below this offset.</param>
/// <param name="Digest">The digest of that state.</param>
public sealed record ReplicaPoint(Offset Position, StateDigest Digest);
