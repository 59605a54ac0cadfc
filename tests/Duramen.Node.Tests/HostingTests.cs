using System.Net.Sockets;
using Duramen.Hosting;
using Duramen.Testing.Kafka;
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

    [Fact]
    public async Task A_node_is_there_before_the_services_of_its_host_start_and_after_they_stopped()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        var service = new Witness();
        builder.Services.AddSingleton<IHostedService>(provider => service.On(provider.GetRequiredService<DuramenHostedNode>()));
        builder.Services.AddDuramen();
        DuramenNode node;
        using (IHost host = builder.Build())
        {
            await host.StartAsync();
            node = host.Services.GetRequiredService<DuramenHostedNode>().Node;
            await host.StopAsync();
        }

        Assert.Equal([null, null], service.Faults);
        await Assert.ThrowsAnyAsync<SocketException>(() => WireClient.ConnectAsync(node.KafkaEndPoint));
    }

    [Fact]
    public void A_node_that_is_asked_for_before_the_start_says_when_it_is_there()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDuramen();
        using IHost host = builder.Build();
        var error = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<DuramenHostedNode>().Node);
        Assert.Contains("starts with the host", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_is_stopped_with_its_host_even_when_another_service_failed_to_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDuramen();
        builder.Services.AddSingleton<IHostedService>(new Failing());
        DuramenNode node;
        using (IHost host = builder.Build())
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync());
            node = host.Services.GetRequiredService<DuramenHostedNode>().Node;
            using WireClient client = await WireClient.ConnectAsync(node.KafkaEndPoint);
        }

        await Assert.ThrowsAnyAsync<SocketException>(() => WireClient.ConnectAsync(node.KafkaEndPoint));
    }

    private sealed class Witness : IHostedService
    {
        private DuramenHostedNode? _host;

        public List<string?> Faults { get; } = [];

        public Witness On(DuramenHostedNode host)
        {
            _host = host;
            return this;
        }

        public async Task StartAsync(CancellationToken cancellationToken) => Faults.Add(await _host!.Node.FindFaultAsync(cancellationToken));

        public async Task StopAsync(CancellationToken cancellationToken) => Faults.Add(await _host!.Node.FindFaultAsync(cancellationToken));
    }

    private sealed class Failing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidDataException("as planned");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
