using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Entities;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Entities;

/// <summary>An entity in a data folder that nobody has open. Its index is folded for one command.</summary>
internal sealed class FolderEntity : IEntitySource
{
    private readonly CommandInput _input;
    private readonly LogSource _source;
    private readonly ScratchFolder _scratch = new();
    private readonly ILog _log;
    private readonly int _partition;
    private readonly EntityKey _key;
    private readonly EntityLog _entities;

    private FolderEntity(CommandInput input, LogSource source, SourceLog log, EntityKey key)
    {
        _input = input;
        _source = source;
        _log = log.Log;
        _partition = log.Partition;
        _key = key;
        _entities = EntityLog.Open(FolderSession.Disk, Path.GetFullPath(_scratch.DataPath), _log, new EntityOptions { Notice = Messages.Say });
    }

    /// <summary>Opens the folder that the input names.</summary>
    public static async Task<FolderEntity> OpenAsync(CommandInput input, EntityKey key, CancellationToken interrupted)
    {
        LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        try
        {
            IReadOnlyList<SourceLog> logs = await source.FindAsync(input, interrupted).ConfigureAwait(false);
            return new FolderEntity(input, source, logs.Count == 1 ? logs[0] : logs[Murmur2.PartitionOf(key.Bytes.Span, logs.Count)], key);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<AppendedRecords> AppendAsync(IReadOnlyList<NewRecord> records, string? expected, string? requestId, CancellationToken interrupted)
    {
        EntityAppendResult result = await _entities.AppendAsync(_key, records, EntitySession.ReadExpected(_input, expected), requestId, interrupted).ConfigureAwait(false);
        return new AppendedRecords(result.Version.Value, result.Offset.Value, _partition, result.IsDuplicate);
    }

    public async Task<EntityRecords> ReadAsync(EntityVersion? from, int maxRecords, string? asOf, CancellationToken interrupted)
    {
        var read = new EntityRead { From = from, MaxRecords = maxRecords, AsOf = await FindAsync(EntitySession.ReadAsOf(_input, asOf), interrupted).ConfigureAwait(false) };
        EntityPage page = await _entities.ReadAsync(_key, read, interrupted).ConfigureAwait(false);
        return new EntityRecords(_partition, page.Records, page.Next);
    }

    public async ValueTask DisposeAsync()
    {
        await _entities.DisposeAsync().ConfigureAwait(false);
        _scratch.Dispose();
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<Offset?> FindAsync(AsOf asOf, CancellationToken interrupted)
    {
        if (asOf.Moment is { } moment)
        {
            return moment.Find(_partition) ?? throw _input.Wrong($"{EntitySession.AsOf.Name} says no offset in partition {_partition}, which the entity is in");
        }

        return asOf.TimestampMs is long timestampMs ? await _entities.FindAsOfAsync(timestampMs, interrupted).ConfigureAwait(false)
            : asOf.IsBeginning ? _log.Watermarks.Start
            : asOf.Offset;
    }
}
