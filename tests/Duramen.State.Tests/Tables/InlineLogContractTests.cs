using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Contract;
using Duramen.Log.Memory;
using Duramen.State.Tables;

namespace Duramen.State.Tests.Tables;

/// <summary>A log with tables inline is a log like any other.</summary>
public sealed class InlineLogContractTests : LogContractTests
{
    private readonly MemoryDisk _disk = new();
    private readonly Dictionary<LogId, (MemoryLog Log, Table Table)> _made = [];

    protected override LogAbilities Abilities => LogAbilities.All;

    protected override ValueTask<ILog> CreateAsync()
    {
        var log = new MemoryLog(new LogId(Guid.NewGuid()), "inline");
        Table table = Table.Open(_disk, $"/{log.Id}", log);
        _made.Add(log.Id, (log, table));
        return new(new InlineLog(log, table));
    }

    protected override async ValueTask CloseAsync(ILog log)
    {
        await _made[log.Id].Log.DisposeAsync();
        await _made[log.Id].Table.DisposeAsync();
    }
}
