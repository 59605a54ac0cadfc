using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Features;
using Duramen.Conformance.Tests.Matrix;

namespace Duramen.Conformance.Tests;

/// <summary>Every feature that a client has works, but for the deviations that are known. A class for each client, so that they run beside each other.</summary>
public abstract class ClientTests(string name)
{
    public static TheoryData<string> Features => [.. FeatureList.All.Select(feature => feature.Name)];

    [Theory]
    [MemberData(nameof(Features))]
    public async Task It_does_with_this_server_what_it_can_do(string feature)
    {
        RealClient client = RealClients.Find(name);
        Outcome outcome = await ConformanceRun.TryAsync(client, FeatureList.Find(feature));
        if (client.Deviates.TryGetValue(feature, out string? reason))
        {
            Assert.True(outcome.Kind == OutcomeKind.Fails, $"This works and is listed as a deviation: {reason}");
        }
        else if (outcome.Failure is not null)
        {
            Assert.Fail(outcome.Failure.ToString());
        }
    }
}
