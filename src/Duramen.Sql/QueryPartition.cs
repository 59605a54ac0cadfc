using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.Sql;

/// <summary>A partition of a table.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Snapshot">What is read.</param>
/// <param name="AsOf">The moment that is read where the query names none.</param>
internal sealed record QueryPartition(int Number, IStoreSnapshot Snapshot, Offset AsOf);
