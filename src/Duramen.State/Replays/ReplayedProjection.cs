using Duramen.Records.Batches;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Tables;

namespace Duramen.State.Replays;

/// <summary>A projection of one log.</summary>
internal sealed class ReplayedProjection(IProjection projection) : IReplayed
{
    private readonly TableChanges _changes = new(null);

    public string Name => projection.Name;

    public (StateChange[] Changes, byte[] Reply) Apply(RecordView record, IStoreSnapshot state)
    {
        _changes.Begin(state);
        projection.Apply(0, record, _changes);
        return (_changes.Take(), []);
    }
}
