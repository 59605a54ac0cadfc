using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.State.Keyframes;
using Duramen.State.Machines;

namespace ReplicatingStateMachines.Tests;

public sealed class SeatsTests
{
    [Fact]
    public async Task A_seat_is_given_once_and_the_next_host_knows()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "seats");
        var disk = new MemoryDisk();
        var keyframes = new MachineKeyframes(new KeyframeFolder(disk, "/seats", "seats", 1, log.Id), IntervalRecords: 1);

        await using (MachineHost<Seats> host = await MachineHost.OpenAsync(new Seats(), log, keyframes: keyframes))
        {
            Assert.Equal("ada", await host.ExecuteAsync(new Seats.Take("1a", "ada")));
        }

        await using MachineHost<Seats> next = await MachineHost.OpenAsync(new Seats(), log, keyframes: keyframes);
        Assert.Equal("ada", await next.ExecuteAsync(new Seats.Take("1a", "bob")));
        Assert.Equal(new Offset(1), Assert.Single(keyframes.Folder.List()).Position);
    }
}
