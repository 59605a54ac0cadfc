using Duramen.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Duramen.Node.Tests;

public sealed class HostingTests
{
    [Fact]
    public async Task A_node_runs_with_its_host_and_answers_the_hosts_health_checks()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDuramen(options => options with { NodeId = 7 });
        builder.Services.AddHealthChecks().AddDuramen();
        using IHost host = builder.Build();
        await host.StartAsync();
        DuramenNode node = host.Services.GetRequiredService<DuramenNode>();
        Assert.NotEqual(0, node.KafkaEndPoint.Port);
        HealthCheckService checks = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync()).Status);
        await host.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await checks.CheckHealthAsync()).Status);
    }
}
