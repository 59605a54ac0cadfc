using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Duramen.Listeners;

/// <summary>Makes the server's socket transport with memory of our own, which it takes from a container and nowhere else.</summary>
internal static class SocketTransport
{
    public static IConnectionListenerFactory Create(ILoggerFactory loggers, IMemoryPoolFactory<byte> memory, Action<SocketTransportOptions> configure)
    {
        var collector = new Collector();
        collector.Services.AddSingleton(loggers).AddSingleton(memory).AddOptions();
        collector.UseSockets(configure);
        return collector.Services.BuildServiceProvider().GetRequiredService<IConnectionListenerFactory>();
    }

    /// <summary>Takes what an extension of a web host registers, without there being a web host.</summary>
    private sealed class Collector : IWebHostBuilder
    {
        public ServiceCollection Services { get; } = [];

        public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
        {
            configureServices(Services);
            return this;
        }

        public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
        {
            configureServices(new WebHostBuilderContext(), Services);
            return this;
        }

#pragma warning disable ASPDEPR008 // The interface has it still.
        public IWebHost Build() => throw new NotSupportedException();
#pragma warning restore ASPDEPR008

        public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => this;

        public string? GetSetting(string key) => null;

        public IWebHostBuilder UseSetting(string key, string? value) => this;
    }
}
