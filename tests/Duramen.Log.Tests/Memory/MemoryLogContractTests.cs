using Duramen.Core.Ids;
using Duramen.Log.Contract;
using Duramen.Log.Memory;

namespace Duramen.Log.Tests.Memory;

/// <summary>The log in memory keeps the contract.</summary>
public sealed class MemoryLogContractTests : SurvivingLogContractTests
{
    protected override ValueTask<IReplicaLog> CreateAsync(CommitRule rule) =>
        new(new MemoryLog(new LogId(Guid.NewGuid()), "a log: any/../name", rule));

    protected override ValueTask CloseAsync(IReplicaLog log) => ((MemoryLog)log).DisposeAsync();

    protected override async ValueTask<IReplicaLog> ReopenAsync(IReplicaLog log) => await ((MemoryLog)log).RestartAsync();
}
