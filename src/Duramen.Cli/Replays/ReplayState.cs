using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Keyframes;
using Duramen.State.Replays;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Disk;
using Duramen.State.Tables;

namespace Duramen.Cli.Replays;

/// <summary>The state that a replay begins at and puts into. It is on disk, in a folder that goes with the command: of 10^7 records a state in memory, with its past, has gigabytes.</summary>
internal sealed class ReplayState : IAsyncDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly DiskStore? _own;

    private ReplayState(Offset start) => Store = _own = DiskStore.Open(FolderSession.Disk, _scratch.DataPath, start);

    private ReplayState(IVersionedStore restored) => Store = restored;

    public static CommandOption Keyframes { get; } = new("--keyframes", "DIR", "begin at the newest keyframe of the machine in this folder that is not behind --from, or else not behind --to");

    public static CommandOption Kept { get; } = new("--table", "DIR", "begin at the projection's table as of --from, which is kept in this folder and made if it is not there");

    public IVersionedStore Store { get; }

    /// <summary>The state that the input names, not behind the first record that is wanted, or else nothing, at the start of the log.</summary>
    /// <param name="input">Names the state.</param>
    /// <param name="replayed">The projection or machine whose state it is.</param>
    /// <param name="log">The log that is replayed.</param>
    /// <param name="from">The first record that is wanted; where none is named, a table is left at the start of the log, and the newest keyframe says which is the first.</param>
    /// <param name="to">The end of the replay.</param>
    /// <param name="interrupted">Gives up.</param>
    public static async Task<ReplayState> OpenAsync(CommandInput input, object replayed, ILog log, Offset? from, Offset to, CancellationToken interrupted)
    {
        var start = Offset.Min(log.Watermarks.Start, to);
        if (input.Text(Kept.Name) is string table)
        {
            IProjection projection = replayed as IProjection ?? throw input.Wrong($"{Kept.Name} is for a projection; a state machine has {Keyframes.Name}");
            await using Table kept = Table.Open(FolderSession.Disk, FolderSession.PathOf(input, table, Kept.Name), projection, [log], new TableOptions { Notice = Messages.Say });
            var asOf = Offset.Min(from ?? start, to);
            using IStoreSnapshot snapshot = await kept.OpenSnapshotAsync(asOf, interrupted).ConfigureAwait(false);
            if (asOf >= snapshot.Horizon)
            {
                return await CopyAsync(snapshot, asOf).ConfigureAwait(false);
            }
        }
        else if (input.Text(Keyframes.Name) is string folder)
        {
            IStateMachine machine = replayed as IStateMachine ?? throw input.Wrong($"{Keyframes.Name} is for a state machine; a projection has {Kept.Name}");
            string path = FolderSession.PathOf(input, folder, Keyframes.Name);
            if (new KeyframeFolder(FolderSession.Disk, path, machine, log, notice: Messages.Say).Restore(Offset.Min(from ?? to, to)) is { } restored)
            {
                return new ReplayState(restored);
            }
        }

        if (start > Offset.Zero)
        {
            Messages.Say($"the log begins at offset {start}: the state begins there with nothing, and what was before is missing in it.");
        }

        return new ReplayState(start);
    }

    private static async Task<ReplayState> CopyAsync(IStoreSnapshot table, Offset asOf)
    {
        var copy = new ReplayState(Offset.Zero);
        try
        {
            ReplayRun.CopyState(table, asOf, copy.Store);
            return copy;
        }
        catch
        {
            await copy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync().ConfigureAwait(false);
        }

        _scratch.Dispose();
    }
}
