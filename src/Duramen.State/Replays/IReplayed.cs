using Duramen.Records.Batches;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Replays;

/// <summary>What records are put through.</summary>
internal interface IReplayed
{
    string Name { get; }

    /// <summary>Applies a record to a state, and says what would change and what is replied; the state stays as it is.</summary>
    (StateChange[] Changes, byte[] Reply) Apply(RecordView record, IStoreSnapshot state);
}
